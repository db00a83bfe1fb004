import type { ForwardEffect } from "../model/effect.ts";
import { laneOf } from "../model/lane.ts";
import type { Registry } from "../store/registry.ts";
import type { Intake } from "./intake.ts";

export interface ForwardsParts {
  lanes: number;
  intake: Pick<Intake, "put">;
  registry: Pick<Registry, "deployment">;
}

type Place = [sequence: number, n: number];

/**
 * Puts what lanes forward into the lanes of its keys. A lane passes over what it has taken, and what lies before it: the
 * forwards of each sending lane must come in order, none left out.
 */
export class Forwards {
  readonly #parts: ForwardsParts;
  /** By sending lane: the last one that is known to be enqueued. */
  readonly #enqueued = new Map<number, Place>();
  /** By receiving lane: revision of the newest deployment that was put there from here. */
  readonly #revisions = new Map<number, number>();

  constructor(parts: ForwardsParts) {
    this.#parts = parts;
  }

  /** Resolves when all are enqueued. After a rejection the same ones, and those that follow, must be given again. */
  async put(forwards: readonly ForwardEffect[]): Promise<void> {
    const { intake, lanes } = this.#parts;
    const fresh = forwards.filter((forward) => !this.#isEnqueued(forward));
    if (fresh.length === 0) return;
    await this.#prepare(fresh);
    // In one turn: nothing that is put later comes in between.
    await Promise.all(fresh.map((forward) => intake.put(laneOf(forward.key.id, lanes), forward)));
    for (const { id } of fresh) {
      const [lane, ...place] = placeOf(id);
      this.#enqueued.set(lane, place);
    }
  }

  /** The lanes that they go to shall run what the lanes that sent them ran, or something newer. */
  async #prepare(forwards: readonly ForwardEffect[]) {
    const { intake, lanes, registry } = this.#parts;
    const needed = new Map<number, number>();
    for (const { key, revision } of forwards) {
      const lane = laneOf(key.id, lanes);
      if (revision > (this.#revisions.get(lane) ?? 0)) needed.set(lane, revision);
    }
    if (needed.size === 0) return;
    const deployment = await registry.deployment();
    await Promise.all([...needed.keys()].map((lane) => intake.put(lane, { type: "deploy", deployment })));
    for (const lane of needed.keys()) this.#revisions.set(lane, deployment.revision);
  }

  #isEnqueued({ id }: ForwardEffect): boolean {
    const [lane, sequence, n] = placeOf(id);
    const [lastSequence, lastN] = this.#enqueued.get(lane) ?? [-1, -1];
    return sequence < lastSequence || (sequence === lastSequence && n <= lastN);
  }
}

const placeOf = (id: string) => id.split(":").map(Number) as [lane: number, ...Place];
