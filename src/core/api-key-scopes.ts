/** A part of the console that a scope gives access to: a description, and its procedures. */
export type OpenedPart = { part: string; allows: string; procedures: readonly string[] };
export type ScopeText = { summary: string; opens: readonly OpenedPart[] };

/**
 * What each scope of an API key gives access to. The page for creating keys and docs/api-keys.md show these texts. A
 * test compares them with the router: each procedure that requires a scope is listed exactly once, under that scope.
 */
export const API_KEY_SCOPE_TEXTS: Record<'read' | 'write' | 'publish' | 'invoke', ScopeText> = {
  read: {
    summary:
      'See everything that members see: connectors, webhooks, events with their data, CSP violations, pipeline runs, the change stream, tool calls, and the audit log.',
    opens: [
      {
        part: 'Connectors',
        allows: 'Settings with secrets masked, and the log of sends. Message bodies are masked without write.',
        procedures: ['connectors.list', 'connectors.get', 'connectors.sends', 'connectorTypes.list'],
      },
      {
        part: 'Webhooks',
        allows:
          'Settings with header values masked, deliveries with their attempts and bodies, and the reason why an event was not delivered.',
        procedures: [
          'webhooks.list',
          'webhooks.get',
          'webhooks.deliveries',
          'webhooks.explain',
          'webhooks.previewFilter',
          'deliveries.list',
          'deliveries.counts',
          'deliveries.latest',
          'deliveries.tail',
          'deliveries.export',
          'deliveries.get',
          'deliveries.ofEvent',
        ],
      },
      {
        part: 'Events',
        allows: 'Events with their data, and event types with schemas and examples.',
        procedures: ['events.list', 'events.get', 'eventTypes.list'],
      },
      {
        part: 'CSP',
        allows: 'Violations with their export, groups, policies, alerts, and noise rules. First organization only.',
        procedures: [
          'csp.alerts.get',
          'csp.alerts.list',
          'csp.coverage',
          'csp.export',
          'csp.group',
          'csp.groups',
          'csp.lines',
          'csp.logState',
          'csp.mutes',
          'csp.noiseRules.hits',
          'csp.noiseRules.list',
          'csp.noiseRules.preview',
          'csp.policies',
          'csp.tail',
          'csp.timeline',
          'csp.violations',
        ],
      },
      {
        part: 'Pipeline runs',
        allows: 'Runs of recipes, with their export.',
        procedures: ['pipelineRuns.list', 'pipelineRuns.get', 'pipelineRuns.export'],
      },
      {
        part: 'Change stream',
        allows: 'Its state, gaps, and mappings.',
        procedures: ['sources.get', 'sources.gaps.get', 'sources.gaps.list', 'sources.mappings.list'],
      },
      {
        part: 'Tools',
        allows: 'The tools that agents can call, and the log of calls with argument values masked.',
        procedures: ['tools.inspect', 'tools.calls'],
      },
      {
        part: 'Audit log',
        allows: 'Who changed what, from which IP address, with export and integrity check.',
        procedures: ['auditLog.list', 'auditLog.export', 'auditLog.integrity'],
      },
      { part: 'Organization', allows: 'Its name and policies.', procedures: ['organization.get'] },
    ],
  },
  write: {
    summary:
      'Change connectors, webhooks, event types, the change stream, and CSP settings, send tests and retries, and erase event data. Does not include read.',
    opens: [
      {
        part: 'Connectors',
        allows: 'Create, change, delete, test, and check credentials.',
        procedures: [
          'connectors.create',
          'connectors.update',
          'connectors.delete',
          'connectors.test',
          'connectors.check',
        ],
      },
      {
        part: 'Webhooks',
        allows:
          'Create, change, delete, pause, and resume, rotate secrets, send tests, retry and recover deliveries, and get a delivery as a signed cURL command.',
        procedures: [
          'webhooks.checkUrl',
          'webhooks.create',
          'webhooks.delete',
          'webhooks.pause',
          'webhooks.recover',
          'webhooks.resume',
          'webhooks.rotateSecret',
          'webhooks.test',
          'webhooks.update',
          'deliveries.asCurl',
          'deliveries.resendEvent',
          'deliveries.retry',
        ],
      },
      {
        part: 'Events',
        allows: 'Create, change, and delete event types, and erase the data of events.',
        procedures: ['eventTypes.put', 'eventTypes.update', 'eventTypes.delete', 'events.eraseData'],
      },
      {
        part: 'CSP',
        allows: 'Change alerts and noise rules, and mute groups. First organization only.',
        procedures: [
          'csp.alerts.test',
          'csp.alerts.update',
          'csp.muteGroup',
          'csp.noiseRules.create',
          'csp.noiseRules.delete',
          'csp.noiseRules.update',
          'csp.unmuteGroup',
        ],
      },
      {
        part: 'Change stream',
        allows:
          'Pause and resume it, replace a lost slot, fill and close gaps, change mappings, and see the tables and rows of the source.',
        procedures: [
          'sources.gaps.close',
          'sources.gaps.preview',
          'sources.gaps.startFill',
          'sources.mappings.create',
          'sources.mappings.delete',
          'sources.mappings.preview',
          'sources.mappings.update',
          'sources.pause',
          'sources.renewSlot',
          'sources.resume',
          'sources.tables',
        ],
      },
      { part: 'Audit log', allows: 'Verify its hash chain.', procedures: ['auditLog.verify'] },
    ],
  },
  publish: {
    summary: 'Publish events and report pipeline runs. Does not include read.',
    opens: [
      {
        part: 'Events',
        allows: 'Publish events, one or up to 1,000 at once.',
        procedures: ['events.publish', 'events.publishBatch'],
      },
      {
        part: 'Pipeline runs',
        allows: 'Report a run and update it.',
        procedures: ['pipelineRuns.create', 'pipelineRuns.update'],
      },
    ],
  },
  invoke: {
    summary: 'List tools and call them, as agents do. Calls send messages to people and other systems.',
    opens: [
      { part: 'Tools', allows: 'List and call them, by REST or MCP.', procedures: ['tools.list', 'tools.invoke'] },
    ],
  },
};
