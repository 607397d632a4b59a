/** Enough for every organization: one page of connectors is what an alert chooses from. */
export const ALL_CONNECTORS = { limit: 200 };
