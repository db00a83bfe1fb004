import { byHelp } from "./de-help-by.ts";

/** Help of kinds that act, in German, in Markdown as the English. */
export const deHelpAct: Readonly<Record<string, string>> = {
  "help alert": `Jedes Gerät hat höchstens einen aktiven Alarm dieses Schritts. Ausgelöst wird er von der ersten Nachricht, die **Auslösen, wenn** erfüllt, und
aufgehoben von der ersten späteren, die **Aufheben, wenn** erfüllt. Nur diese Nachrichten gehen weiter, nach **Ausgelöst** und **Aufgehoben**, und
die, welche die Schwere ändern; alle anderen enden hier, sodass dahinter nichts zweimal geschieht.

Geben Sie dem Aufheben eine eigene Bedingung mit Abstand zum Auslösen, etwa unter 20 und über 30, oder eine **Hysterese**; sonst kommt und geht ein
Alarm an der Grenze mit jedem Messwert. Ohne eigene Bedingung hebt jede Nachricht den Alarm auf, für die keine zum Auslösen gilt, auch eine, in der
das Feld **fehlt**, **null** oder **falsch** ist.

Hebt ein Bediener den Alarm auf, löst die nächste passende Nachricht einen neuen aus.

- **Weitere Schweregrade** haben eigene Bedingungen, und der schwerste, der gilt, zählt.
- **Hysterese** verschiebt die Grenzen von „unter“ und „über“, sobald eine Bedingung eingetreten ist: über 30 mit 2 ist bei 28 vorbei.
- **Gehalten für**: Eine Bedingung zählt, wenn alle Nachrichten so lange sie erfüllten. Verstummt das Gerät, entscheidet die Uhr.
- **Wiederholt**: Eine Bedingung zählt, wenn so viele Nachrichten sie in der Zeit erfüllten.
- **Aufheben nach**: So lange muss es vorbei sein, bevor der Alarm aufgehoben wird.
- **Flattern**: In der Zeit so oft ausgelöst, trägt der Alarm \`flapping\` und endet erst, wenn so lange Ruhe war.
- **Ein Alarm für jedes**: etwa je Tank oder Spur; der Wert steht hinter dem Namen des Alarms. Von einem Gerät werden 100 Werte verfolgt.
- **Berechnete Einzelheiten**, die scheitern, entfallen; der Alarm kommt trotzdem.

Mit einer Einstellung, die mit Zeit zu tun hat, wird eine **ältere** Nachricht als die neueste übergangen.

${byHelp}`,
  "help command": `Jede Nachricht, die hier ankommt, sendet einen Befehl; setzen Sie diesen Schritt also hinter *Ausgelöst* eines *Alarms* oder hinter einen
*Filter*.

- **Gesendet**: Hier geht die Nachricht sofort weiter; mit *Freigabe*, wenn ein Mensch ihn freigegeben hat.
- **Gelungen**: Das Gerät antwortete und, mit *Bestätigung*, ein späterer Messwert hat es bestätigt.
- **Gescheitert**: Es antwortete mit einem Fehler, antwortete nicht rechtzeitig, blieb weg, der Befehl wurde verweigert oder abgelehnt, oder er
  wurde nicht bestätigt.

Nach *Gelungen* und *Gescheitert* geht die Nachricht mit ihren Feldern, wie sie waren, zur Zeit des Ausgangs, mit dem Feld \`command\`: \`state\`
(succeeded, failed, timed_out, expired, rejected), \`method\`, \`answer\`, \`reason\`, \`id\`, \`device\` und \`deviceName\`, in einem Ausdruck
etwa \`command.answer.speed\`. Ein Befehl, der an mehrere Geräte geht, hat für jedes einen Ausgang.

Hinter einem Schritt, der nach etwas anderem als dem Gerät gruppiert, kommen Nachrichten von keinem Gerät. Dort braucht der Befehl andere
Empfänger: eine Auswahl; die mit demselben Wert dessen, wonach gruppiert wurde, etwa alle Anzeigen einer Straße (*road*); oder das Gerät,
das er nennt. Eine Bestätigung hat kein Gerät, auf das sie warten könnte. Was trotzdem von einem Schlüssel kommt, etwa der Alarm einer
Straße, geht nach *Gescheitert*.

**Methode** und **Parameter** gehen so hinaus, wie sie geschrieben sind. Ein Text, der mit **=** beginnt, wird für jede Nachricht berechnet:
\`=40\`, \`=speed / 3.6\`, \`=device.attributes.limit\`. Ausdrücke sehen die Felder der Nachricht, \`device\` (id, name, profile, attributes) und
\`ts\` (ms). **Fehlt** ein Feld, das ein Ausdruck braucht, ist es **null** oder **falsch**, oder ergibt er keine endliche Zahl, wird nichts gesendet,
und die Nachricht wird unzustellbar; dabei wird das Feld genannt.

- **Empfänger**: das Gerät selbst; das, dessen Name in seinem Attribut steht; die mit demselben Wert eines Attributs, es selbst
  eingeschlossen; oder eine Auswahl nach Profil und Attribut. Attribute werden nach Wert und Art verglichen. Ein Attribut, das **fehlt**, **null**
  oder **falsch** ist, und eine Wahl, die kein Gerät oder mehr als 1.000 treffen, scheitert, und nichts wird gesendet.
- **Wiederholungen**: Ohne Antwort in der Wartezeit wird er unter derselben Kennung noch einmal gesendet; so kann ein Gerät erkennen, dass es
  ihn schon hatte.
- **Verriegelung**: Muss gelten, wenn die Nachricht ankommt, sonst wird nichts gesendet, und die Nachricht geht nach *Gescheitert*;
  \`command.reason\` und die Liste der Befehle sagen, was im Weg war. Die Bedingung sieht die Felder der Nachricht und die Attribute des Geräts,
  von dem sie kam; ein Feld geht einem Attribut desselben Namens vor. Was **fehlt**, **null** oder **falsch** ist, erfüllt keinen Vergleich außer
  „ist nicht“.
- **Freigabe**: Der Befehl wartet in der Liste der Befehle, bis jemand ihn freigibt oder ablehnt; am Ende seiner Haltbarkeit verfällt er.
- **Bestätigung**: Messwerte des Geräts, von dem die Nachricht kam, wohin sie im Fluss auch gehen, die nach der Antwort kommen und nach ihrer
  eigenen Zeit später sind als die Nachricht. Erfüllt einer die Bedingung, ist der Befehl *gelungen*; kam rechtzeitig keiner, *gescheitert*. Die
  Felder der auslösenden Nachricht heißen \`before.\` und ihr Name. Was **fehlt**, **null** oder **falsch** ist, bestätigt nicht; ein Text, der sich
  als Zahl liest, und **unendliche** Zahlen werden wie Zahlen verglichen.
- **Schlüssel gegen Wiederholung**: Ein Gerät bekommt für jeden Wert einen Befehl dieses Schritts. Eine Nachricht, deren Schlüssel schon verwendet
  wurde, endet hier.

Von einem Gerät werden 50 Befehle verfolgt, mit 64 KiB an Nachrichten; darüber gehen die ältesten nach *Gescheitert*. Von einem Befehl wird auf
die Bestätigung von 100 Geräten gewartet, ohne ihre Antworten, wo diese länger als 1.024 Zeichen sind. Hier werden die letzten 50 Schlüssel
gemerkt, in der Geräteverwaltung alle.`,
  "help save": `Aus einer Nachricht wird ein Punkt der Messreihe, zur Zeit der Nachricht, mit dem Gerät als Merkmal. Dieselbe Nachricht zweimal zu speichern
hinterlässt einen Punkt.

- Zahlen, Text und wahr/falsch werden gespeichert. **Fehlende** Felder, **null**, **unendliche** Zahlen, Listen und Objekte entfallen.
- Bleibt nichts zu speichern, wird die Nachricht unzustellbar, mit einem Satz dazu.
- Ein Feld muss seine Art behalten: InfluxDB lehnt einen Text ab, wo zuvor Zahlen standen.
- Ein **Merkmal**, das fehlt, leer oder eine Liste ist, entfällt. Verwenden Sie Merkmale für wenige Werte (Straße, Raum), nie für Messwerte.`,
  "help notify": `Jede Nachricht, die hier ankommt, sendet eine Benachrichtigung. Setzen Sie den Schritt also hinter *Ausgelöst* eines *Alarms*,
und eine *Drossel* davor, wo es viele werden können. Der **Kanal** nennt, wohin sie geht: ein E-Mail-Server mit Empfängern, ein
Webhook, oder ein Thema eines MQTT-Brokers. Kanäle und ihre Passwörter stehen außerhalb der Flüsse; ein Fluss nennt sie nur.

**Titel** und **Text** gehen so hinaus, wie sie dastehen, oder werden berechnet, wo sie mit **=** beginnen. Mit ihnen gehen das Gerät, die
Zeit, der Alarm, der auf dem Weg ausgelöst wurde, und die Felder der Nachricht; unendliche Zahlen darin werden null.

Braucht ein Ausdruck ein Feld, das **fehlt**, **null** ist oder die **falsche Art** hat, oder ergibt er keinen Text von 1 bis 200 (Titel) oder
5000 Zeichen, so wird nichts gesendet und die Nachricht wird unzustellbar. Zahlen und wahr/falsch werden Text.

Gesendet wird, sobald die Nachricht sicher angenommen ist. Antwortet ein Empfänger nicht, wird es etwa zwei Stunden lang wieder versucht;
dann wird die Benachrichtigung unzustellbar, mit dem Grund. Sie kann zweimal kommen, wenn ein Prozess gleich nach dem Senden endet; beide
tragen denselben \`Idempotency-Key\` (Webhook), dieselbe \`Message-ID\` (E-Mail) oder \`id\` (MQTT).

Bis dahin wartet die Nachricht hier, und geht dann mit ihren Feldern, zu dieser Zeit, weiter, mit dem Feld \`notification\`: \`channel\`, \`state\`
(sent, failed) und \`reason\`.

- **Gesendet**: Der Empfänger hat sie angenommen: der Mailserver, der Webhook, der Broker. Ob jemand sie gelesen hat, weiß niemand.
- **Gescheitert**: Sie wurde abgelehnt oder aufgegeben. Verbinden Sie hier einen zweiten Kanal, damit es trotzdem jemand erfährt.

Von einem Gerät werden 50 Benachrichtigungen verfolgt, mit 64 KiB an Nachrichten; darüber gehen die ältesten nach *Gescheitert*, obwohl sie
noch gesendet werden. Von welcher vier Stunden lang nichts zu hören ist, die geht nach *Gescheitert*.`,
  "help flow": `Die Nachricht kommt in jeden *Eingang* des anderen Flusses, dessen *Nachrichten von* auf **Flüsse** oder **Beide** steht und der das
Profil des Geräts und die Art der Nachricht annimmt. Dort läuft sie als eine des anderen Flusses: Seine Alarme, Punkte und Befehle tragen
seinen Namen und seine Version, und was seine Schritte sich vom Gerät merken, gehört ihm. Ist sie durch, geht sie hier nach **Danach**
weiter, wie sie kam.

- Es läuft die Version, die **in Betrieb** ist. Nehmen Sie den anderen Fluss zuerst in Betrieb; solange dieser Fluss Nachrichten an ihn
  weitergibt, kann er weder abgeschaltet noch durch eine Version ersetzt werden, die keine annimmt.
- Flüsse, die Nachrichten **im Kreis** weitergeben, werden beim Prüfen und beim Inbetriebnehmen abgelehnt.
- Die Nachricht eines Geräts, die der andere Fluss auch vom Gerät selbst annimmt, sieht er zweimal. Setzen Sie seinen Eingang auf
  *Flüsse*, damit er nur nimmt, was weitergegeben wird.
- Hinter einem Schritt, der nach etwas anderem als dem Gerät **gruppiert**, kommen Nachrichten von keinem Gerät. An einen Fluss, der
  Befehle sendet, können sie dann nicht gehen.
- Läuft der andere Fluss doch nicht, wird die Nachricht unzustellbar und endet hier; ihre Wiederholung geht von hier aus weiter.

Die Felder werden nicht angesehen: Fehlende, null, von falscher Art und unendliche gehen durch, wie sie sind. Der Schritt merkt sich nichts.`,
};
