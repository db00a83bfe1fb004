import { byHelp } from "./de-help-by.ts";

/** Help of kinds in German, in Markdown as the English. */
export const deHelp: Readonly<Record<string, string>> = {
  "help input": `Hier beginnt jeder Fluss. Jede Nachricht eines Geräts, dessen Profil in der Liste steht und dessen Attribute die Bedingung
erfüllen, kommt in den Fluss; ohne Liste und Bedingung kommen die Nachrichten aller Geräte.

Wählen Sie nach Art, was eine Nachricht ist:

- **Messwerte**: Telemetrie, mit ihren Feldern, wie das Gerät sie sandte.
- **Attribute**: was ein Gerät über sich selbst meldet, etwa eine Firmware-Version.
- **Verbunden**: Die erste MQTT-Verbindung eines Geräts ist da, mit \`protocol\`; **Getrennt**: Seine letzte ist zu Ende, auch mit
  \`connectedMs\`.
- **Ergebnis eines Befehls**: Ein Befehl des Geräts kam zu seinem Ende, wer ihn auch sandte, mit \`state\`, \`method\`, \`params\`,
  \`answer\`, \`reason\`, \`id\`, \`flow\` und \`node\`.
- **Änderung eines Alarms**: Ein Alarm des Geräts änderte sich, mit \`change\` (raised, updated, acknowledged, cleared), \`alarm\`,
  \`severity\`, \`status\`, \`acknowledged\`, \`details\`, \`alarmId\`, \`flow\` und \`node\`. Der eines Schlüssels, etwa einer Straße, kommt vom
  Schlüssel: Er hat kein Profil, und ein Attribut, das, wonach gruppiert wurde.

Was mit einem Gerät geschieht, steht einmal zwischen seinen Messwerten, dort, wo es geschah. Ein Fluss sieht weder das Ende seiner eigenen
Befehle noch die Änderungen, die er selbst an Alarmen machte: Nehmen Sie dafür die Ausgänge seiner Schritte *Befehl* und *Alarm*. Was ein
Bediener tat, sieht er. Zwei Flüsse, die auf Alarme und Befehle des anderen antworten, können ewig weitermachen; lassen Sie es durch eine
Bedingung enden.

Geräte, die CoAP oder HTTP sprechen, haben keine Verbindung; dass sie verstummen, merkt *Ausbleiben*. Stirbt ein ganzer Server, meldet
niemand das Ende seiner Verbindungen.

Die **Bedingung** sieht die Attribute des Geräts, wie sie nach ihrer letzten Änderung waren. Ein Attribut, das **fehlt**, **null** oder
**falsch** ist, erfüllt keinen Vergleich außer „ist nicht“, und die Nachricht bleibt draußen.

Die Nachricht wird nicht angesehen: Fehlende, leere, seltsame oder unendliche Felder gehen durch, wie sie sind. Setzen Sie einen
*Filter* dahinter, um nur sinnvolle Messwerte zu behalten.`,
  "help filter": `Die Bedingung sieht die Felder der Nachricht an. Gilt sie, geht die Nachricht nach **Bedingung gilt**, sonst nach
**Gilt nicht**. Lassen Sie diesen Ausgang unverbunden, um solche Nachrichten zu vergessen.

- Ein **fehlendes** Feld liegt unter, über und gleich nichts: Vergleiche damit gelten nicht. „ist nicht“ und „ist keines von“
  gelten dafür, denn was nicht da ist, ist nicht der Wert.
- **null** verhält sich bei Größenvergleichen wie ein fehlendes Feld.
- Ein **Text**, wo eine Zahl erwartet wird, zählt nur als Zahl, wenn er wie eine beginnt („12“); „schnell“ liegt weder unter noch
  über etwas. Der Text „12“ ist nicht gleich der Zahl 12.
- Eine **unendliche** Zahl, etwa 1e999, liegt über oder unter allen anderen.
- „ist eines von“ mit einem anderen Feld braucht eine Liste in diesem Feld. Ist dort keine, wird die Nachricht unzustellbar.
- Eine Bedingung des Flusses, die **mit ihrem Namen** verwendet wird, etwa „Stoßzeit“, zählt, als stünde sie hier. Geändert wird sie an
  einer Stelle.`,
  "help switch": `Jeder Fall hat einen Namen und eine Bedingung, und sein Name ist ein Ausgang. Die Fälle werden von oben nach unten geprüft: Die
Nachricht geht nach dem **ersten**, der gilt, oder, mit *Nehmen* auf Alle, nach **jedem**, der gilt. Gilt keiner, geht sie nach
**Kein Fall gilt**; lassen Sie das unverbunden, um sie zu vergessen.

Bedingungen sind wie beim *Filter*: Ein **fehlendes** Feld oder **null** liegt weder unter, über noch gleich etwas, ein **Text** zählt
nur als Zahl, wenn er wie eine beginnt, und unendliche Zahlen werden wie Zahlen verglichen. „ist eines von“ mit einem anderen Feld
braucht dort eine Liste; ist keine da, wird die Nachricht unzustellbar.

Einen Fall umzubenennen benennt seinen Ausgang um; verbinden Sie ihn neu. Der Schritt merkt sich nichts.`,
  "help change": `Eine Nachricht wird mit der letzten des Geräts verglichen, die nach **Geändert** ging: Hat sich eines der Felder um **mehr als** seine
Totzone bewegt, geht sie nach **Geändert** und ist von da an die Vergleichsnachricht. Sonst geht sie nach **Nicht geändert**. Langsames
Wegdriften wird bemerkt, denn kleine Bewegungen summieren sich, bis sie die Totzone überschreiten.

Die Totzone steht in der Einheit des Felds oder in **Prozent** des zuletzt weitergegebenen Werts (bei 0 zählt jede Änderung). Sie kann ein
Ausdruck sein, etwa \`=device.attributes.tolerance\`; ergibt er keine Zahl ab 0, wird die Nachricht unzustellbar.

Mit **Mindestens alle** geht eine Nachricht auch dann nach *Geändert*, wenn ihre Zeit so viel später ist als die der letzten. Es wird keine
Nachricht erfunden: Solange das Gerät schweigt, geht nichts hinaus.

- Die **erste** Nachricht eines Geräts geht nach *Geändert*, ebenso die erste mit einem noch nicht gesehenen Feld.
- Ein Feld, das **fehlt**, **null** oder **unendlich** ist, wird nicht angesehen, und sein letzter Wert bleibt.
- **Texte**, wahr/falsch, Listen und Objekte gelten als geändert, wenn sie nicht gleich sind.
- Verglichen wird in der Reihenfolge des Eintreffens.

Der Schritt merkt sich einen Wert je Feld; von langen Texten, Listen und Objekten nur einen Fingerabdruck.`,
  "help throttle": `Zeitspannen richten sich nach dem **Eintreffen** der Nachrichten, damit sie auch gelten, wenn ein Gerät die Messwerte eines Tages auf
einmal sendet. Eine Zeitspanne beginnt mit der ersten Nachricht nach dem Ende der vorigen. Wählen Sie, welche durchkommen:

- **Erste**: So viele, wie die Grenze erlaubt, kommen sofort durch, die übrigen gehen nach **Zu viele**.
- **Letzte**: Nachrichten warten; endet die Zeitspanne, kommen die letzten durch, und die übrigen gehen nach *Zu viele*, sobald neuere ihren
  Platz genommen haben. Für „jede Minute der neueste Wert“.
- **Alle**: So viele, wie die Grenze erlaubt, kommen sofort durch, die übrigen warten der Reihe nach auf die nächsten Zeitspannen. Warten mehr
  als 100, geht die neueste nach *Zu viele*.

Wartende Nachrichten gehen nach der Uhr hinaus (auf etwa eine Sekunde) oder mit der nächsten Nachricht. Von einem Gerät warten höchstens
100 Nachrichten und 64 KiB; darüber gehen die ältesten (bei *Letzte*) oder die neuesten (bei *Alle*) nach *Zu viele*.

Die Grenze kann ein Ausdruck sein, etwa \`=device.attributes.perMinute\`, berechnet zu Beginn einer Zeitspanne; ergibt er keine Zahl ab 1, wird die
Nachricht unzustellbar. Die Felder werden nicht angesehen.

${byHelp}`,
  "help deduplicate": `Eine Nachricht ist eine Wiederholung, wenn das Gerät eine mit denselben Werten gesendet hat, die nach **Neu** ging, und die Zeiten der beiden
weniger als die Frist (**Innerhalb von**) auseinander liegen, welche auch zuerst kam. Wiederholungen gehen nach **Wiederholung**. Sie
verlängern die Frist nicht: Ein jede Sekunde gesendeter Wert kommt einmal je Frist durch.

Verglichen werden **alle Felder** oder die, die eine Nachricht ausmachen, etwa die Nummer einer Karte oder eines Pakets. Die Zeit der
Nachrichten wird nicht verglichen.

- Ein **fehlendes** Feld ist gleich einem fehlenden, **null** gleich null, und die beiden sind nicht gleich.
- Ein Text ist nie gleich einer Zahl: „12“ ist nicht 12. Listen und Objekte sind gleich, wenn alles darin gleich ist. **Unendliche** Zahlen
  und null sind gleich.

Von jedem Gerät werden die letzten 200 verschiedenen Nachrichten als Fingerabdrücke gemerkt; darüber wird die älteste vergessen.

${byHelp}`,
  "help schedule": `Die **Ereigniszeit** der Nachricht wird auf der Uhr der Zeitzone gelesen. Liegt sie in einer der Wochenstunden, geht die Nachricht nach
**Innerhalb der Zeiten**, sonst nach **Außerhalb**.

- Zeiten gelten vom Beginn bis vor ihr Ende: 07:00 bis 18:00 endet um 17:59:59,999. Schreiben Sie 24:00 für Mitternacht. Endet eine Zeit an
  oder vor ihrem Beginn, reicht sie in den nächsten Tag: 22:00 bis 06:00 am Freitag endet am Samstag.
- **Kalendertage** sind ganze Tage, innerhalb oder außerhalb, was auch die Wochenstunden sagen. Ohne Jahr gelten sie jedes Jahr, auch über
  Neujahr: 12-24 bis 01-02. Wo zwei sich überlappen, zählt der untere in der Liste.
- Wenn die **Sommerzeit** beginnt oder endet, folgen die Zeiten der Uhr an der Wand.

Nur die Zeit der Nachricht zählt. Ein Gerät mit falscher Uhr wird nach seiner falschen Zeit einsortiert. Der Schritt merkt sich nichts.`,
  "help absence": `Kam für die angegebene Zeit keine Nachricht eines Geräts, geht eine Nachricht nach **Ist verstummt**, mit \`silentSince\` (Ereigniszeit der
letzten Nachricht, in ms) und \`silentMs\` (seit ihrem Eintreffen). Die erste Nachricht danach geht nach **Ist wieder da**, ergänzt um
\`silentMs\`. Alle anderen Nachrichten enden hier; verbinden Sie, was mit den Messwerten arbeitet, mit dem Schritt davor.

Geben Sie eine Zeit an, oder ein Vielfaches des **üblichen Abstands**: Der Schritt lernt, wie oft jedes Gerät meldet, als laufendes Mittel über
etwa acht Abstände. Bis er acht kennt, zählt nur die feste Zeit. Ist beides angegeben, gilt das Längere.

- Gemessen wird ab dem **Eintreffen**, auf etwa eine Sekunde, denn die Uhr eines stummen Geräts sagt nichts.
- Ein Gerät, das diesem Schritt nie eine Nachricht sandte, gilt nicht als verstummt.
- Die Felder werden nicht angesehen: auch fehlende oder falsche Werte sind Lebenszeichen.
- Die Einstellungen können Ausdrücke sein, etwa \`=device.attributes.reportEvery * 3\` (Sekunden). Ergibt einer keine Zahl in den Grenzen, wird die
  Nachricht unzustellbar und zählt nicht.

Der Schritt merkt sich sechs Zahlen je Gerät.

${byHelp}`,
  "help geofence": `Die Position wird aus zwei Feldern der Nachricht gelesen, in Grad (WGS 84). Gebiete sind Kreise (Meter) und Vielecke (Ecken der Reihe nach,
jede mit Breite und Länge), hier eingetragen oder in einem **Attribut des Geräts** als Liste derselben Form, etwa
\`[{"name":"Depot","circle":{"latitude":52.5,"longitude":13.4,"radius":200}}]\`.

- Jede Nachricht geht nach **Ist darin**, mit den Namen ihrer Gebiete in \`areas\`, oder nach **Ist draußen**.
- Daneben geht sie einmal nach **Hat betreten** für jedes Gebiet, in dem sie zuvor nicht war, und nach **Hat verlassen** für jedes, in dem sie
  war, mit dem Namen in \`area\`. Die erste bekannte Position in einem Gebiet zählt als Betreten.
- Eine Nachricht, die **älter** ist als die neueste, geht nach *Ist darin* oder *Ist draußen*, betritt und verlässt aber nichts.
- **Fehlt** eine Koordinate, ist sie **null**, **unendlich** oder außerhalb der Grenzen (90, 180), oder enthält das Attribut keine brauchbare Liste,
  geht die Nachricht nach **Keine brauchbare Position**, und das Gerät gilt als dort, wo es war.

Genau auf der Linie kann beides zählen, ebenso Positionen, die um sie zittern: Setzen Sie dort eine *Drossel* oder ein größeres Gebiet ein.
Entfernungen sind auf einer Kugel gerechnet, auf 0,6 % genau. Der Schritt merkt sich die Namen von höchstens 200 Gebieten.`,
  "help sequence": `Die erste Nachricht, die den ersten Schritt erfüllt, beginnt eine Abfolge; dann werden Nachrichten erwartet, die den zweiten, dritten und so
weiter erfüllen. Nachrichten, die den erwarteten nicht erfüllen, dürfen dazwischen kommen.

- Wird der letzte Schritt **innerhalb** der Zeit erfüllt, geht seine Nachricht nach **Alle in der Reihenfolge**, ergänzt um \`startedAt\` (ms) und
  \`tookMs\`.
- Sonst geht die Nachricht des **ersten** Schritts nach **Nicht rechtzeitig**, ergänzt um \`stepsDone\`: „die Pumpe lief an, und es floss nichts“.
  Das geschieht mit der nächsten späteren Nachricht des Geräts oder nach der Uhr (auf etwa eine Sekunde).

Genau die angegebene Zeit ist noch innerhalb. Eine Nachricht erfüllt nur einen Schritt. Ein Gerät hat eine Abfolge zur Zeit.

- Schritte richten sich nach der Ereigniszeit: Eine **ältere** Nachricht als die des letzten erfüllten Schritts wird übergangen.
- Ein **fehlendes**, **falsches** oder **null**-Feld erfüllt eine Bedingung wie beim *Filter*.
- Nachrichten, die nichts beginnen oder beenden, enden hier.

Der Schritt merkt sich die erste Nachricht und zwei Zahlen.

${byHelp}`,
  "help join": `Für Geräte, die in Stücken senden, was zusammengehört. Eine Nachricht der **einen** Sorte wartet auf eine der **anderen** oder umgekehrt, deren
Zeit höchstens **innerhalb** vor oder nach ihrer eigenen liegt. Von mehreren wird die zeitlich nächste genommen. Jede Nachricht wird einmal
verwendet.

Die gemeinsame Nachricht geht mit den Feldern beider nach **Zusammengeführt**; haben beide ein Feld, zählt das der späteren. Was keine andere
Hälfte findet, geht nach **Ohne die andere Hälfte**, wie es kam: mit der nächsten späteren Nachricht oder nach der Uhr, auf etwa eine Sekunde.

- Eine Nachricht **beider** Sorten geht sofort nach *Zusammengeführt*.
- Eine Nachricht **keiner** Sorte endet hier, auch wenn das Feld, das es sagen würde, **fehlt**, **null** oder **falsch** ist.
- Höchstens 20 Nachrichten eines Geräts warten, insgesamt 64 KiB; darüber gehen die ältesten nach *Ohne die andere Hälfte*.

${byHelp}`,
  "help enrich": `Sieben Teile in dieser Reihenfolge; jeder sieht, was die vorigen schrieben:

1. **Attribute** übernimmt Attribute des Geräts, etwa eine vom Besitzer gesetzte Grenze.
2. **Attribute eines anderen Geräts** übernimmt Attribute des Geräts, dessen Name in einem Attribut von diesem steht: die Grenze der Straße
   (*road*) eines Sensors, das Ziel des Kühlschranks (*fridge*) eines Türsensors.
3. **Konstanten** schreibt Werte, die für jede Nachricht gleich sind.
4. **Nachschlagen** übernimmt Werte aus einer Tabelle, etwa die Grenze jeder Warensorte. Die Zeile wird durch ein Feld der Nachricht
   gefunden; hat sie keines, durch das Attribut des Geräts, das so heißt; *device* steht für den Namen des Geräts.
5. **Vorige Werte** schreibt den Wert, den das Feld in der letzten Nachricht des Geräts hatte, die es trug.
6. **Änderungen** schreibt den Wert jetzt minus diesen vorigen.
7. **Berechnungen** schreibt das Ergebnis eines Ausdrucks: \`speed / 3.6\`, \`temperature > limit ? "warm" : "kalt"\`,
   \`device.attributes.width * 2\`. Er sieht alle Felder, \`device\` (id, name, profile, attributes) und \`ts\` (ms). Zahlen sind Dezimalzahlen:
   \`7 / 2\` ist 3,5. Neben CEL gibt es abs, ceil, exp, floor, ln, max, min, pow, round und sqrt.

Die Nachricht geht nach **Etwas fehlte**, mit dem, was sich schreiben ließ, wenn ein Attribut fehlt oder null ist, wenn es das andere Gerät
oder die Zeile nicht gibt, wenn die Zelle leer ist, wenn ein Feld der Änderungen **fehlt**, **null**, **unendlich** oder keine Zahl ist, oder
wenn ein Ausdruck an einem Feld scheitert, das fehlt, null oder von **falscher Art** ist.

**Andere Geräte.** Das Attribut enthält den genauen Namen des Geräts, und der Server hat es geschrieben: Was Geräte über sich selbst melden,
benennt niemanden. Von bis zu 10 solchen Attributen eines Geräts sind die benannten Geräte hier bekannt, jedes mit seinen Server- und
geteilten Attributen bis 16 KB. Ändert sich eines davon, gilt das ab der nächsten Nachricht dieses Geräts, wie bei seinen eigenen. Hinter
einem Schritt, der nach etwas anderem als dem Gerät gruppiert, ist von anderen Geräten nichts bekannt.

**Tabellen.** Ein Schlüssel ist Text, eine Zahl oder true/false; 12 und "12" sind gleich, "012" ist ein anderer. Ein Schlüssel, der **fehlt**,
**null**, eine Liste oder ein Objekt oder **unendlich** ist, hat keine Zeile. Eine geänderte Tabelle gilt von da an für alle Flüsse, die
laufen, an einer Stelle in der Reihenfolge der Nachrichten jedes Geräts. Sie hat bis zu 10.000 Zeilen und 1 MB.

Die **erste** Nachricht eines Geräts hat keinen vorigen Wert: Diese Felder werden nicht geschrieben, und sie geht nach **Vollständig**.
Ebenso, wenn der vorige Wert keine Zahl war. Ein **unendlicher** Wert wird nicht gemerkt.

*Berechnen* hat mehr davon: Raten, laufende Summen, Einheiten und frühere Werte nach Ereigniszeit.`,
  "help calculate": `Die Teile laufen in dieser Reihenfolge, und jeder sieht, was die vorigen schrieben:

1. **Einheiten** rechnet ein Feld um: °C in °F, km/h in m/s, bar in psi, l/s in m³/h, kWh in MJ und so weiter.
2. **Vorige Werte**, **Änderungen** und **Raten** sehen den letzten Wert eines Felds an. Eine Rate ist die Änderung durch die Zeit dazwischen.
   Markieren Sie einen **Zähler**, etwa einen Wasserzähler, und ein Fallen seines Werts gilt als Neubeginn bei 0.
3. **Laufende Summen** zählen ein Feld über alle Nachrichten zusammen.
4. **Berechnungen** sind Ausdrücke in CEL: \`speed / 3.6\`, \`temperature > limit ? "warm" : "kalt"\`. Sie sehen alle Felder, \`device\` (id, name,
   profile, attributes) und \`ts\` (ms).
5. **Umbenennen**, dann **Behalten**, dann **Entfernen**.

**Scheitert etwas**, geht die Nachricht nach **Gescheitert**, wie sie kam, mit einem Satz im Feld \`failure\`, und nichts davon wird gemerkt. Es
scheitert, wenn ein benötigtes Feld **fehlt**, **null**, **falsch** oder **unendlich** ist, und wenn ein Ausdruck scheitert oder keine endliche
Zahl ergibt.

- Die **erste** Nachricht eines Geräts hat keinen vorigen Wert, keine Änderung und keine Rate: Diese Felder werden nicht geschrieben.
- Eine **ältere** Nachricht bekommt ebenfalls keine und wird nicht gemerkt, zählt aber in laufenden Summen.
- Ein voriger Wert von **vor** so langer Zeit ist der neueste zu dieser Zeit oder davor. Liegt er mehr als doppelt so lange zurück, oder gibt es
  noch keinen, wird das Feld nicht geschrieben. Von Werten, die dichter als ein 240stel der Zeit kommen, wird der erste gemerkt.

Der Schritt merkt sich einen Wert je Feld, auf das er zurückblickt (241, wo er über eine Zeit zurückblickt), und eine Zahl je Summe.`,
  "help aggregate": `Fenster folgen der **Ereigniszeit** der Nachrichten. Ein Fenster von 5 Minuten enthält Nachrichten von 10:00:00,000 bis vor 10:05:00,000. Schließt
es, geht eine Nachricht nach **Geschlossenes Fenster**, mit den gewünschten Werten, \`windowStart\` und \`windowEnd\` (ms) und \`windowCount\`, zur
Zeit des Fensterendes.

| Art des Fensters | |
| --- | --- |
| **nacheinander** | eines nach dem anderen, beginnend bei ganzen Vielfachen ihrer Größe in UTC; mit einer **Zeitzone** nach der Uhr dieses Orts |
| **überlappend** | von einer Größe, öfter beginnend: „die letzte Stunde, alle 10 Minuten“ |
| **gleitend** | endet bei der neuesten Nachricht und reicht um seine Größe zurück; mit jeder Nachricht ein Ergebnis |
| **Sitzung** | dauert, solange Nachrichten weniger als die **Pause** auseinander kommen |
| **Anzahl** | so viele Nachrichten in der Reihenfolge des Eintreffens |

Ein Fenster (nacheinander oder überlappend) schließt, wenn das Gerät eine Nachricht sendet, die um die **Verspätung** neuer ist als sein Ende, oder,
wenn das Gerät verstummt, etwa fünf Sekunden (und die Verspätung) nach seinem Ende. Eine Nachricht für ein geschlossenes Fenster geht nach **Zu
spät**, wie sie kam.

- Ein Feld, das **fehlt**, **null** oder **unendlich** ist, zählt für keine Funktion.
- Summe, Mittel, Kleinster, Größter, Standardabweichung, Perzentil und Rate nehmen nur **Zahlen**; die anderen jeden Wert.
- Anzahl ohne Feld zählt Nachrichten. Anzahl, Summe, Verschiedene und Rate über nichts sind 0; die anderen entfallen.
- Erste und Letzte richten sich nach der Ereigniszeit.
- **Perzentil** ist auf 1 % genau. **Verschiedene** zählt bis 256 Werte.
- **Rate** ist die Summe des Felds, oder die Zahl der Nachrichten, durch die Länge des Fensters.
- **Frühe Ergebnisse** sagen, was offene Fenster bisher enthalten, mit \`windowEarly\` wahr.
- **Leere Fenster** gehen nur hinaus, wo sie verlangt sind, höchstens hundert hintereinander.

${byHelp}
- Das Ergebnis trägt das Feld, nach dem gruppiert wurde. Die Fenster eines Schlüssels warten, über die Verspätung hinaus, **fünf Sekunden** länger:
  Nachrichten mehrerer Geräte kommen in beliebiger Reihenfolge. Sie schließen nach der neuesten Zeit, die eines der Geräte sandte (nie nach
  ihrem Eintreffen), sodass eines, das langsam ist oder dessen Uhr falsch geht, niemanden aufhält und selbst zu spät ist; oder nach der Uhr, zur
  selben Zeit, wenn alle schweigen.
- Um zu wissen, wie viele Geräte beitrugen, lassen Sie davor ein *Berechnen* \`device.name\` in ein Feld schreiben, und zählen Sie davon
  *Verschiedene*.

**Grenzen.** Ein Gerät oder Schlüssel kann 16 offene Fenster oder Sitzungen haben; darüber schließt das älteste früher. Damit Alarme sich erklären lassen, merkt sich ein Fenster bis zu acht seiner Nachrichten, gleichmäßig verteilt. Ein gleitendes Fenster behält 300
Nachrichten. Geänderte Einstellungen in einer neuen Version beginnen mit leeren Fenstern.`,
};
