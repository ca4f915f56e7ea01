// Adds the words for mail that came in; whoever says one of them imports this first.

import { addWords } from "./words.js";
import { en } from "./words.replies.en.js";
import { nl } from "./words.replies.nl.js";

addWords({ en, nl });
