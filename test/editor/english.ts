import { en } from "../../editor/src/text/en.ts";
import { learn } from "../../editor/src/text/text.ts";

// For tests that read what the page says: by itself it loads the texts of its language when it starts.
learn("en", en);
