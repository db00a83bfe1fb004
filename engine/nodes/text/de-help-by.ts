/** Ends the German help of kinds that may group messages by something else than the device. */
export const byHelp = `**Nach.** In der Regel steht jedes Gerät für sich. Nennen Sie ein **Feld**, oder ein **Attribut** des Geräts, wo die Nachricht kein solches
Feld hat, und alle Nachrichten mit demselben Wert werden zusammen genommen, von welchem Gerät sie auch kommen: *nach road* für alle Detektoren
einer Straße. Von hier an kommen sie vom Schlüssel, etwa *road A1*: Alarme werden für ihn ausgelöst, Punkte tragen ihn als Merkmal, und die
Schritte dahinter merken sich, was sie sich merken, für ihn; in Ausdrücken ist \`device\` der Schlüssel, mit diesem einen Attribut.

- Der Wert ist Text, eine Zahl oder wahr/falsch; 12 und „12“ sind dasselbe. Wo er **fehlt**, **null**, eine Liste, ein Objekt oder **unendlich** ist,
  mit seinem Namen länger als 128 Zeichen, oder Steuerzeichen enthält, wird die Nachricht unzustellbar.
- Einer Uhr, die **vorgeht**, wird nicht geglaubt: Die Nachricht zählt zu der Zeit, zu der sie eintraf.
- Nachrichten verschiedener Geräte kommen in der Reihenfolge, in der der Server zu ihnen kam; sie kann von der ihrer Zeiten abweichen.
- Was von einem Schlüssel gemerkt wird, wird vergessen, wenn er 40 Tage lang keine Nachricht bekommt.`;
