/** Loads all connectors in one page, for the alert form. */
export const ALL_CONNECTORS = { limit: 200 };
