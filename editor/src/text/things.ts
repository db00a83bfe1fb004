import { deThings } from "./de-things.ts";
import { enThings } from "./en-things.ts";
import { learn } from "./text.ts";

// Loaded with the pages of tables and channels, not with the first.
learn("en", enThings);
learn("de", deThings);
