/** Sentences of explanations, in German, by the English one; see `Remark`. */
export const deRemarks: Readonly<Record<string, string>> = {
  "a message of {device} came": "eine Nachricht von {device} kam",
  "the clock woke it at {wokenAt}": "die Uhr weckte ihn um {wokenAt}",
  "{messages} messages from {beginsAt} to {endsAt}": "{messages} Nachrichten von {beginsAt} bis {endsAt}",
  "{messages} messages from {beginsAt} so far": "bisher {messages} Nachrichten seit {beginsAt}",
  "this for {lastingMs}, since {sinceAt}": "das {lastingMs} lang, seit {sinceAt}",
  "this for {lastingMs}, since {overAt}": "das {lastingMs} lang, seit {overAt}",
  "this {times} times within {withinMs}": "das {times}-mal innerhalb von {withinMs}",
  "nothing came for {silentMs}, the last at {arrivedAt}":
    "{silentMs} lang kam nichts, zuletzt um {arrivedAt}",
  "it is back after {silentMs}": "es meldet sich wieder nach {silentMs}",
  "that was the last of {of} steps, {tookMs} after the first":
    "das war der letzte von {of} Schritten, {tookMs} nach dem ersten",
  "only {done} of {of} steps came within {withinMs}":
    "nur {done} von {of} Schritten kamen innerhalb von {withinMs}",
  "it belongs to a message {apartMs} apart": "sie gehört zu einer Nachricht im Abstand von {apartMs}",
  "no other half came within {withinMs}": "die andere Hälfte kam nicht innerhalb von {withinMs}",
  "{field} went from {before} to {now}": "{field} ging von {before} auf {now}",
  "it asks for {method}": "er verlangt {method}",
  "{method} is not sent: {reason}": "{method} wird nicht gesendet: {reason}",
  "the command {method} ended: {state}": "der Befehl {method} endete: {state}",
  "the command {method} ended: {state}, {reason}": "der Befehl {method} endete: {state}, {reason}",
  "it comes and goes": "er kommt und geht",
};
