import { messages, type PGlite, protocol, types } from "@electric-sql/pglite";
import type { Rows } from "./pglite.ts";

const { serialize } = protocol;

/** More texts than the product has; beyond it, the one that was made first goes. */
const mostStatements = 300;

/** What stands before a value's text in its binary form, by type: text, json, jsonb. */
const beforeText = new Map([
  [25, ""],
  [114, ""],
  [3802, "\u0001"],
]);
/** From so many letters on, a text goes in as bytes: PGlite counts the letters one by one. */
const longText = 256;

interface Statement {
  name: string;
  types: number[];
  fields: Rows["fields"];
}

/**
 * Statements with parameters on PGlite, each parsed once: by itself PGlite parses anew each time, and crosses into the
 * database five times a statement where once will do
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY).
 */
export class Statements {
  readonly #db: PGlite;
  readonly #known = new Map<string, Statement>();
  #lastName = 0;

  constructor(db: PGlite) {
    this.#db = db;
  }

  async query(sql: string, params: readonly unknown[], rowMode: "array" | undefined): Promise<Rows> {
    const statement = this.#known.get(sql) ?? (await this.#prepare(sql));
    const values = params.map((param, i) => this.#serialized(param, statement.types[i]!));
    const told = await this.#send(
      serialize.bind({ statement: statement.name, values }),
      serialize.execute({}),
    );
    const { fields } = statement;
    const rows: unknown[] = [];
    let rowCount = 0;
    for (const message of told) {
      if (message instanceof messages.DataRowMessage) {
        const cells = message.fields.map((text, i) =>
          types.parseType(text, fields[i]!.dataTypeID, this.#db.parsers),
        );
        rows.push(rowMode ? cells : Object.fromEntries(cells.map((cell, i) => [fields[i]!.name, cell])));
      } else if (message instanceof messages.CommandCompleteMessage)
        // "INSERT 0 5", "SELECT 2", "CREATE TABLE".
        rowCount = Number(/\d+$/.exec(message.text)?.[0] ?? 0);
    }
    return { rows: rows as Rows["rows"], rowCount, command: "", fields };
  }

  /** After a change of tables: what was parsed may no longer fit. */
  async forget() {
    if (this.#known.size === 0) return;
    this.#known.clear();
    await this.#db.exec("DEALLOCATE ALL");
  }

  async #prepare(sql: string): Promise<Statement> {
    const name = `s${++this.#lastName}`;
    const told = await this.#send(
      serialize.parse({ name, text: sql }),
      serialize.describe({ type: "S", name }),
    );
    const statement: Statement = { name, types: [], fields: [] };
    for (const message of told) {
      if (message instanceof messages.ParameterDescriptionMessage) statement.types = message.dataTypeIDs;
      if (message instanceof messages.RowDescriptionMessage)
        statement.fields = message.fields.map(({ name, dataTypeID }) => ({ name, dataTypeID }));
    }
    this.#known.set(sql, statement);
    if (this.#known.size > mostStatements) {
      const [oldest, { name }] = this.#known.entries().next().value!;
      this.#known.delete(oldest);
      await this.#send(serialize.close({ type: "S", name }));
    }
    return statement;
  }

  async #send(...parts: Uint8Array[]) {
    const message = Buffer.concat([...parts, serialize.sync()]);
    const told = await this.#db.runExclusive(() => this.#db.execProtocol(message));
    return told.messages;
  }

  #serialized(param: unknown, type: number): string | Uint8Array | null {
    if (param === null || param === undefined) return null;
    const text = this.#db.serializers[type]?.(param) ?? String(param);
    const before = beforeText.get(type);
    return before === undefined || text.length < longText ? text : Buffer.from(before + text);
  }
}
