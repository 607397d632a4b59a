/** Who acts. An agent is an API key that calls a tool. */
export type Actor = { type: 'user' | 'api_key' | 'agent' | 'system'; id: string; name: string };
