/** When people do what: in turns, in between the service's requests, and when they are asked. */
import { Random } from "../../simulation/random.js";
import { CrmActs } from "./crm-acts.js";
import { LocalActs } from "./local-acts.js";
import type { Person } from "./person.js";
import type { Tenant } from "./tenant.js";
import type { World } from "./world.js";

/** How many of the requests that concern somebody meet a person who is at work just then, unless given. */
const usualMeanwhile = 0.25;

export class People {
  readonly #crm = new Map<Tenant, CrmActs>();
  readonly #local = new Map<Tenant, LocalActs>();
  /** Of what comes in between requests, whose order is not ours. */
  readonly #between: Random;

  constructor(readonly world: World) {
    this.#between = new Random(world.options.seed, "between");
  }

  #crmActs(tenant: Tenant): CrmActs {
    const { clock, ledger } = this.world;
    const acts = this.#crm.get(tenant) ?? new CrmActs(tenant, clock, ledger, () => this.world.quiet);
    this.#crm.set(tenant, acts);
    return acts;
  }

  #localActs(tenant: Tenant): LocalActs {
    const { clock, ledger } = this.world;
    const acts = this.#local.get(tenant) ?? new LocalActs(tenant, clock, ledger, this.#crmActs(tenant));
    this.#local.set(tenant, acts);
    return acts;
  }

  /** In small groups, whose changes PenguinMails hands in together. */
  async act(round: number): Promise<void> {
    for (const tenant of this.world.tenants) {
      const local = this.#localActs(tenant);
      for (let at = 0; at < tenant.people.length; ) {
        const group = tenant.people.slice(at, at + this.world.random.between(1, 40));
        at += group.length;
        await Promise.all(group.filter(({ busy }) => !busy).map((person) => this.#turn(tenant, person, round)));
        await local.handIn();
        if (this.world.random.chance(0.5)) this.world.clock.time += this.world.random.between(1, 3_000);
      }
    }
  }

  async #turn(tenant: Tenant, person: Person, round: number): Promise<void> {
    if (person.contact === null && person.crmId === null) {
      if (round >= 5 || this.world.random.chance(0.3)) this.#begin(tenant, person);
    } else if (person.acts > 0 && round > 1 && this.world.random.chance(0.5)) {
      person.acts--;
      this.world.ledger.acts++;
      await this.#act(tenant, person);
    }
  }

  #begin(tenant: Tenant, person: Person): void {
    const crm = this.#crmActs(tenant);
    const local = this.#localActs(tenant);
    if (person.where !== "local") crm.create(person);
    if (person.where !== "crm") local.create(person);
  }

  async #act(tenant: Tenant, person: Person): Promise<void> {
    const { random } = person;
    const crm = this.#crmActs(tenant);
    const local = this.#localActs(tenant);
    if (person.merged !== null) return;
    const draw = random.next();
    const onCrm = random.chance(0.5);
    const id = await tenant.recordOf(person);
    const linked = await tenant.isLinked(person);
    if (person.gone.crm !== undefined && !person.gone.crm.privacy && id !== null && draw < 0.15 && onCrm) {
      crm.restore(person, id);
      return;
    }
    // Who has opted out comes back at times.
    if (linked && person.outs.length > 0 && random.chance(0.2))
      return local.act(person, random.chance(0.5) ? "opt in" : "allow");
    if (draw < 0.8 || !linked) return onCrm && id !== null ? crm.edit(person, id, false) : local.act(person, "edit");
    if (draw < 0.86) return onCrm && id !== null ? crm.optOut(person, id) : local.act(person, "opt out");
    if (draw < 0.88) return local.act(person, "opt in");
    if (draw < 0.91) {
      const isKnown = person.outs.length > 0 && (await this.#isOut(tenant, person));
      if (!onCrm || id === null) return local.act(person, "allow");
      if (isKnown) crm.optIn(person, id);
      return;
    }
    const untouched = person.gone.crm === undefined && person.gone.local === undefined && !person.restored;
    if (!untouched || id === null) return;
    if (draw < 0.94) return onCrm ? crm.remove(person, id) : local.act(person, "remove");
    if (draw < 0.955) return onCrm ? crm.forget(person, id) : local.act(person, "forget");
    if (draw < 0.97) await this.#merge(tenant, person, crm);
  }

  /** Whether PenguinMails knows of the opt-out, so that nobody can say that it was never seen. */
  async #isOut(tenant: Tenant, person: Person): Promise<boolean> {
    const { body } = await tenant.call("GET", `/contacts/${tenant.contactOf(person)}`);
    return body?.record?.unsubscribed === true;
  }

  async #merge(tenant: Tenant, loser: Person, crm: CrmActs): Promise<void> {
    const winner = this.world.random.of(tenant.people);
    const whole = (one: Person) =>
      !one.busy && one.merged === null && !one.restored && one.gone.crm === undefined && one.gone.local === undefined;
    if (winner === loser || !whole(winner) || !(await tenant.isLinked(winner))) return;
    const isPending = this.world.clock.now() < Math.max(winner.pendingUntil, loser.pendingUntil);
    if (!isPending && whole(winner) && whole(loser)) crm.merge(winner, loser);
  }

  /** Somebody edits a record just before the CRM deals with a request that names it. */
  meanwhile(ids: readonly string[]): void {
    const { meanwhile = usualMeanwhile } = this.world.options;
    const id = ids.length > 0 && this.#between.chance(meanwhile) ? this.#between.of(ids) : undefined;
    const tenant = this.world.tenants.find(({ byRecord }) => byRecord.has(id ?? ""));
    const person = tenant?.byRecord.get(id ?? "");
    if (tenant === undefined || person === undefined || id === undefined || person.busy || person.acts === 0) return;
    if (person.crmId !== id || person.merged !== null) return;
    person.acts--;
    this.world.ledger.acts++;
    const acts = this.#crmActs(tenant);
    if (person.random.chance(0.9)) acts.edit(person, id, true);
    else acts.optOut(person, id);
  }

  /** Of a write nobody knows what became of it until the record is read again. */
  unanswered(ids: readonly string[], isLost: boolean): void {
    for (const { byRecord } of this.world.tenants) {
      for (const id of ids) {
        const person = byRecord.get(id);
        if (person !== undefined) person.unanswered = isLost;
      }
    }
  }

  isUnanswered = (id: string) => this.world.tenants.some(({ byRecord }) => byRecord.get(id)?.unanswered);

  async answerReviews(): Promise<void> {
    for (const tenant of this.world.tenants) {
      if (!this.world.random.chance(0.3)) continue;
      const { body } = await tenant.call("GET", "/api/reviews?state=open");
      for (const review of body.reviews) {
        const person = tenant.people.find(({ contact }) => contact !== null && contact === review.contact);
        if (person === undefined || !this.world.random.chance(0.4)) continue;
        if (review.reason === "merged_into_anothers" && person.isLoser) {
          const [candidate] = review.candidates;
          await this.#answer(tenant, review, { choose: "link", candidate });
          continue;
        }
        if (review.field !== "note") continue;
        const choose = this.world.random.of(["crm", "local", "value"] as const);
        const value = `note ${++this.world.ledger.serial} answered`;
        const [local, theirs] = [String(review.local ?? ""), String(review.crm ?? "")];
        const chosen = choose === "value" ? value : choose === "crm" ? theirs : local;
        person.history("note").answered(chosen, this.world.clock.now(), local, theirs);
        await this.#answer(tenant, review, choose === "value" ? { choose, value } : { choose });
      }
    }
  }

  async #answer(tenant: Tenant, { integration, id }: { integration: string; id: string }, answer: object) {
    await tenant.call("POST", `/api/reviews/${integration}/${encodeURIComponent(id)}/answer`, answer);
    this.world.ledger.answers++;
  }
}
