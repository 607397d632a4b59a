/** Events of one organization that wait to be stored. A batch is stored on its own, in one statement. */
type Job<Event, Stored> = {
  events: readonly Event[];
  resolve: (stored: Stored[]) => void;
  reject: (cause: unknown) => void;
};
type Share<Event, Stored> = {
  organization_id: string;
  singles: Job<Event, Stored>[];
  batches: Job<Event, Stored>[];
  /** As many deliveries as an event of it made lately. */
  deliveries: number;
  isStoringAlone: boolean;
};

/** How many statements of each kind run at once, so that one slow statement doesn't block the others. */
const MOST_SHARED = 2;
const MOST_ALONE = 2;
const MOST_EVENTS = 200;
const MOST_DELIVERIES = 2_000;
/** Deliveries of an event, from which on an organization's events go in statements of their own. */
const MANY = 20;
/** How many organizations with such events are remembered while they have nothing to store. */
const MOST_REMEMBERED = 1_000;

export type PublishQueue<Event, Stored> = {
  /** One event, together with others' that wait. */
  add(organization_id: string, event: Event): Promise<Stored>;
  addBatch(organization_id: string, events: readonly Event[]): Promise<Stored[]>;
};

/**
 * Gives each organization its share of the statements that publish. Single events that come while another statement is
 * under way go together in the next one, of each organization one in turn: one commit serves them all. Batches and the
 * events of organizations whose events make many deliveries have statements of their own, one at a time for each.
 * @param store throws what concerns all of the events.
 * @param isOfOne whether an error of `store` may be one event's fault: then each is stored by itself, so that one that
 * the database cannot take does not refuse the others.
 */
export function createPublishQueue<Event, Stored extends { deliveries: number }>(
  store: (events: readonly Event[], isBatch: boolean) => Promise<Stored[]>,
  isOfOne: (error: unknown) => boolean,
): PublishQueue<Event, Stored> {
  type One = Share<Event, Stored>;
  /** In the order of their turns. */
  const shares = new Map<string, One>();
  let shared = 0;
  let alone = 0;

  const isHeavy = ({ deliveries }: One) => deliveries > MANY;
  const isIdle = (share: One) => share.singles.length + share.batches.length === 0 && !share.isStoringAlone;

  function shareOf(organization_id: string): One {
    const known = shares.get(organization_id);
    if (known) return known;
    const made = { organization_id, singles: [], batches: [], deliveries: 1, isStoringAlone: false };
    shares.set(organization_id, made);
    return made;
  }

  function toEnd(share: One): void {
    if (shares.get(share.organization_id) === share) shares.delete(share.organization_id);
    if (!isIdle(share) || (isHeavy(share) && shares.size < MOST_REMEMBERED)) shares.set(share.organization_id, share);
  }

  function next(): void {
    while (shared < MOST_SHARED) {
      const group = gather();
      if (group.length === 0) break;
      shared += 1;
      void send(group).finally(() => {
        shared -= 1;
        next();
      });
    }
    while (alone < MOST_ALONE) {
      const share = [...shares.values()].find(hasOwnWork);
      if (!share) break;
      alone += 1;
      share.isStoringAlone = true;
      const batch = share.batches.shift();
      const singles = batch ? [] : share.singles.splice(0, eventsAtOnce(share));
      const work = batch ? sendBatch(batch) : send(singles.map((job) => ({ job, share })));
      void work.finally(() => {
        alone -= 1;
        share.isStoringAlone = false;
        toEnd(share);
        next();
      });
    }
  }

  const hasOwnWork = (share: One): boolean =>
    !share.isStoringAlone && (share.batches.length > 0 || (isHeavy(share) && share.singles.length > 0));

  const eventsAtOnce = ({ deliveries }: One): number =>
    Math.max(1, Math.min(MOST_EVENTS, Math.floor(MOST_DELIVERIES / deliveries)));

  /** One event of each organization in turn. */
  function gather(): { job: Job<Event, Stored>; share: One }[] {
    const group: { job: Job<Event, Stored>; share: One }[] = [];
    let ready = [...shares.values()].filter((share) => !isHeavy(share));
    for (let deliveries = 0; ready.length > 0; ready = ready.filter(({ singles }) => singles.length > 0))
      for (const share of ready) {
        const job = share.singles.shift();
        if (!job) continue;
        group.push({ job, share });
        deliveries += share.deliveries;
        if (group.length >= MOST_EVENTS || deliveries >= MOST_DELIVERIES) return rotate(group);
      }
    return rotate(group);
  }

  function rotate(group: { job: Job<Event, Stored>; share: One }[]) {
    for (const share of new Set(group.map(({ share }) => share))) toEnd(share);
    return group;
  }

  async function send(group: { job: Job<Event, Stored>; share: One }[]): Promise<void> {
    try {
      const stored = await store(
        group.flatMap(({ job }) => job.events),
        false,
      );
      for (const [index, { job, share }] of group.entries()) {
        const one = stored[index];
        if (!one) job.reject(new Error('The database returned no result for an event.'));
        else {
          const latest = shareOf(share.organization_id);
          latest.deliveries = Math.max(1, one.deliveries);
          if (isIdle(latest)) toEnd(latest);
          job.resolve([one]);
        }
      }
    } catch (error) {
      if (group.length === 1 || !isOfOne(error)) for (const { job } of group) job.reject(error);
      else await Promise.all(group.map((one) => send([one])));
    }
  }

  async function sendBatch({ events, resolve, reject }: Job<Event, Stored>): Promise<void> {
    await store(events, true).then(resolve, reject);
  }

  function enqueue(organization_id: string, list: 'singles' | 'batches', events: readonly Event[]): Promise<Stored[]> {
    return new Promise((resolve, reject) => {
      shareOf(organization_id)[list].push({ events, resolve, reject });
      // What this turn of the event loop still brings goes along.
      setImmediate(next);
    });
  }

  return {
    async add(organization_id, event) {
      const [stored] = await enqueue(organization_id, 'singles', [event]);
      if (!stored) throw new Error('The database returned no result for an event.');
      return stored;
    },
    addBatch: (organization_id, events) => enqueue(organization_id, 'batches', events),
  };
}
