/** Sentences of explanations, in German, by the English one; see `Remark`. */
export const deRemarks: Readonly<Record<string, string>> = {
  "a message of {device} came": "eine Nachricht von {device} kam",
  "the clock woke it at {wokenAt}": "die Uhr weckte ihn um {wokenAt}",
  "{messages} messages from {beginsAt} to {endsAt}": "{messages} Nachrichten von {beginsAt} bis {endsAt}",
  "{messages} messages from {beginsAt} so far": "bisher {messages} Nachrichten seit {beginsAt}",
  "this for {lastingMs}, since {sinceAt}": "das {lastingMs} lang, seit {sinceAt}",
  "this for {lastingMs}, since {overAt}": "das {lastingMs} lang, seit {overAt}",
  "this {times} times within {withinMs}": "das {times}-mal innerhalb von {withinMs}",
  "it comes and goes": "er kommt und geht",
};
