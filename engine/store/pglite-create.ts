import { PGlite } from "@electric-sql/pglite";

// Run as a process of its own: making a database takes half a gigabyte, which only the end of a process gives back.
const db = await PGlite.create({ dataDir: process.argv[2]! });
await db.close();
