/** What the engine says of problems, in German: each part of a sentence that is found is put in the other's place. */
export const deProblems: readonly (readonly [english: RegExp, german: string])[] = [
  // Conditions where no flow is: engine/rules/condition.ts
  [
    /There is no flow here whose conditions could be used by name; write the condition out/,
    "Hier ist kein Fluss, dessen Bedingungen sich mit Namen verwenden ließen; schreiben Sie die Bedingung aus",
  ],
  // The flows repository: engine/store/repository
  [
    /The file is gone; the flow and its versions stay\..*$/,
    "Die Datei ist weg; der Fluss und seine Versionen bleiben. Löschen Sie den Fluss hier, oder holen Sie die Datei mit Git zurück.",
  ],
  [
    /The folder is "(.+?)", the flow in it "(.+?)"; give both one name\./,
    "Der Ordner heißt „$1“, der Fluss darin „$2“; geben Sie beiden denselben Namen.",
  ],
  [/This is not valid JSON: (.+)\.$/, "Das ist kein gültiges JSON: $1."],
  [
    /There is no version (\S+) of flow "(.+?)"; name one that there is\./,
    "Den Fluss „$2“ gibt es nicht in der Version $1; nennen Sie eine, die es gibt.",
  ],
  [
    /The remote cannot be fetched or pushed for now \((.+)\)\. It is tried again\./,
    "Das entfernte Repository ist gerade nicht zu erreichen ($1). Es wird wieder versucht.",
  ],
  // Fields, channels and other flows: engine/flow/check-fields.ts, check-channels.ts, check-handings.ts
  [
    /The profiles of these devices list no field "(.+?)"\./,
    "Die Profile dieser Geräte nennen kein Feld „$1“.",
  ],
  [/No message has a field "(.+?)" here\./, "Keine Nachricht hat hier ein Feld „$1“."],
  [/ Fields here: none/, " Hier gibt es keine Felder"],
  [/ Fields here: (.+) and more/, " Felder hier: $1 und weitere"],
  [/ Fields here: /, " Felder hier: "],
  [
    /The field "(.+?)" is in (.+?) here, not in (.+?); choose (.+?)(?=\.?$)/,
    "Das Feld „$1“ ist hier in $2, nicht in $3; wählen Sie $4",
  ],
  [
    /The field "(.+?)" is (.+?) here; choose one that is (.+?)(?=\.?$)/,
    "Das Feld „$1“ ist hier $2; wählen Sie eines, das $3 ist",
  ],
  [
    /The field "(.+?)" is (.+?) here, and "(.+?)" compares numbers; choose another/,
    "Das Feld „$1“ ist hier $2, und „$3“ vergleicht Zahlen; wählen Sie einen anderen Vergleich",
  ],
  [
    /The field "(.+?)" is (.+?) here, and "(.+?)" looks into lists; choose another/,
    "Das Feld „$1“ ist hier $2, und „$3“ sieht in Listen; wählen Sie einen anderen Vergleich",
  ],
  [
    /The field "(.+?)" is (.+?) here, and is compared with (.+?); give (.+?)(?=\.?$)/,
    "Das Feld „$1“ ist hier $2, und wird verglichen mit $3; geben Sie $4 an",
  ],
  [
    /The field "(.+?)" is (.+?) here, and "(.+?)" is (.+?); compare like with like/,
    "Das Feld „$1“ ist hier $2, und „$3“ ist hier $4; vergleichen Sie Gleiches mit Gleichem",
  ],
  [/(?<=ist hier |eines, das |verglichen mit |geben Sie )a number/g, "eine Zahl"],
  [/(?<=ist hier |eines, das |verglichen mit |geben Sie )text/g, "ein Text"],
  [/(?<=ist hier |eines, das |verglichen mit |geben Sie )true or false/g, "wahr oder falsch"],
  [/(?<=ist hier |eines, das |verglichen mit |geben Sie )a list/g, "eine Liste"],
  [/(?<=ist hier |eines, das |verglichen mit |geben Sie )an object/g, "ein Objekt"],
  [/The types do not go together/, "Die Arten passen nicht zusammen"],
  [/There is no channel "(.+?)"\./, "Es gibt keinen Kanal „$1“."],
  // Tables and channels: engine/model/table.ts, channel.ts
  [
    /^repeats "(.+)", the key of row (\d+); a key may be there once$/,
    "wiederholt „$1“, den Schlüssel von Zeile $2; ein Schlüssel darf einmal vorkommen",
  ],
  [/^is (.+), and "(.+)" is a column of number$/, "ist $1, und „$2“ ist eine Spalte von Zahlen"],
  [/^is (.+), and "(.+)" is a column of boolean$/, "ist $1, und „$2“ ist eine Spalte von ja/nein"],
  [/^is (.+), and "(.+)" is a column of text$/, "ist $1, und „$2“ ist eine Spalte von Text"],
  [/^is empty; every row needs its "(.+)"$/, "ist leer; jede Zeile braucht „$1“"],
  [/^has (\d+) values, for (\d+) columns$/, "hat $1 Werte für $2 Spalten"],
  [/^"(.+)" is there twice; rename one column$/, "„$1“ gibt es zweimal; benennen Sie eine Spalte um"],
  [
    /^takes (.+) MB, of at most (.+) MB; leave out what no flow needs$/,
    "braucht $1 MB von höchstens $2 MB; lassen Sie weg, was kein Fluss braucht",
  ],
  [/^has at most (.+) rows$/, "hat höchstens $1 Zeilen"],
  [/^has at most (\d+) columns$/, "hat höchstens $1 Spalten"],
  [/^needs a name$/, "braucht einen Namen"],
  [/^must be an address that begins with https:\/\/$/, "muss eine Adresse sein, die mit https:// beginnt"],
  [/^must hold no user or password$/, "darf weder Benutzer noch Passwort enthalten"],
  [
    /^must be a host name or an address, without a scheme or path$/,
    "muss ein Rechnername oder eine Adresse sein, ohne Schema und Pfad",
  ],
  [/^must be an e-mail address such as (.+)$/, "muss eine E-Mail-Adresse sein, etwa $1"],
  [
    /^must be a topic without \+ and #, and not begin with \$$/,
    "muss ein Thema ohne + und # sein, und nicht mit $$ beginnen",
  ],
  [/There is no table "(.+?)"\./, "Es gibt keine Tabelle „$1“."],
  [
    / Choose one that is there, or add it first/,
    " Wählen Sie eine, die es gibt, oder legen Sie sie zuerst an",
  ],
  [/The table "(.+?)" has no column "(.+?)"\./, "Die Tabelle „$1“ hat keine Spalte „$2“."],
  [/ Columns: (.+)\.$/, " Spalten: $1."],
  [
    / Choose one that is there, or set it up first/,
    " Wählen Sie einen, den es gibt, oder richten Sie ihn zuerst ein",
  ],
  [
    /Flows would hand messages round in a circle: (.+)\. Hand them to another flow, or take this node out/,
    "Flüsse gäben Nachrichten im Kreis weiter: $1. Geben Sie sie an einen anderen Fluss, oder nehmen Sie diesen Schritt heraus",
  ],
  [/There is no flow "(.+?)"\./, "Es gibt keinen Fluss „$1“."],
  [/ Choose a flow, or make this one first/, " Wählen Sie einen Fluss, oder legen Sie diesen zuerst an"],
  [
    /One message could make more than (\d+) visits in this flow and those that it is handed to; join fewer branches/,
    "Eine Nachricht könnte in diesem Fluss und denen, an die sie geht, mehr als $1 Schritte machen; vereinen Sie weniger Zweige",
  ],
  [
    /The flow "(.+?)" takes no messages of other flows; set "messages from" of its input to flows, and deploy it/,
    "Der Fluss „$1“ nimmt keine Nachrichten anderer Flüsse an; setzen Sie „Nachrichten von“ seines Eingangs auf Flüsse, und nehmen Sie ihn in Betrieb",
  ],
  [
    /The flow "(.+?)" does not run, so that nobody would take the messages; deploy it first/,
    "Der Fluss „$1“ läuft nicht, so dass niemand die Nachrichten annähme; nehmen Sie ihn zuerst in Betrieb",
  ],
  [
    /(?:^|: )The flow "(.+?)" sends commands to the device that a message came from, and behind "(.+?)" messages come from a (.+?), which is none\. Connect this node before "(.+?)", or group that one by device/,
    "Der Fluss „$1“ sendet Befehle an das Gerät, von dem eine Nachricht kam, und hinter „$2“ kommen Nachrichten von $3 statt von einem Gerät. Verbinden Sie diesen Schritt vor „$4“, oder lassen Sie jenen nach Gerät gruppieren",
  ],
  // Form of settings: engine/flow/sentence.ts
  [
    / is missing; give a time, or how many times the usual interval/,
    " fehlt; geben Sie eine Zeit an, oder wie oft den üblichen Abstand",
  ],
  [/ is missing; name an attribute of the device/, " fehlt; nennen Sie ein Attribut des Geräts"],
  [
    / is missing; give a profile, an attribute, or both, or the command would go to all/,
    " fehlt; geben Sie ein Profil, ein Attribut oder beides an, sonst ginge der Befehl an alle",
  ],
  [/ is missing; say what the attribute must be/, " fehlt; sagen Sie, was das Attribut sein muss"],
  [/ is missing; say what must equal this/, " fehlt; sagen Sie, was dem gleich sein muss"],
  [
    / is missing; say what a later reading must show/,
    " fehlt; sagen Sie, was ein späterer Messwert zeigen muss",
  ],
  [/ is missing; say how long to wait for it/, " fehlt; sagen Sie, wie lange darauf gewartet wird"],
  [/ is missing; give text/, " fehlt; geben Sie einen Text an"],
  [/ is missing; give a number/, " fehlt; geben Sie eine Zahl an"],
  [/ is missing; give a whole number/, " fehlt; geben Sie eine ganze Zahl an"],
  [/ is missing; give true or false/, " fehlt; geben Sie wahr oder falsch an"],
  [/ is missing; give a list/, " fehlt; geben Sie eine Liste an"],
  [/ is missing; give an object in \{ \}/, " fehlt; geben Sie ein Objekt in { } an"],
  [/ is missing; give (\w+)/, " fehlt"],
  [/ is missing; choose one of /, " fehlt; wählen Sie eines von "],
  [/ is missing; write /, " fehlt; schreiben Sie "],
  [/ must be text, not /, " muss ein Text sein, nicht "],
  [/ must be a number, not /, " muss eine Zahl sein, nicht "],
  [/ must be a whole number, not /, " muss eine ganze Zahl sein, nicht "],
  [/ must be true or false, not /, " muss wahr oder falsch sein, nicht "],
  [/ must be a list, not /, " muss eine Liste sein, nicht "],
  [/ must be an object in \{ \}, not /, " muss ein Objekt in { } sein, nicht "],
  [/\bnot a list/, "nicht eine Liste"],
  [/nicht an object/, "nicht ein Objekt"],
  [/nicht a list/, "nicht eine Liste"],
  [/ is (.+?); choose one of /, " ist $1; wählen Sie eines von "],
  [/ is (.+?); write /, " ist $1; schreiben Sie "],
  [/ is too small; give at least (\S+) characters/, " ist zu kurz; geben Sie mindestens $1 Zeichen an"],
  [/ is too small; give at least (\S+) entries/, " hat zu wenige; geben Sie mindestens $1 Einträge an"],
  [/ is too small; give at least (\S+?)(?=\.?$)/, " ist zu klein; geben Sie mindestens $1 an"],
  [/ is too big; give at most (\S+) characters/, " ist zu lang; geben Sie höchstens $1 Zeichen an"],
  [/ is too big; give at most (\S+) entries/, " hat zu viele; geben Sie höchstens $1 Einträge an"],
  [/ is too big; give at most (\S+?)(?=\.?$)/, " ist zu groß; geben Sie höchstens $1 an"],
  [/ does not know (.+); take it out/, " kennt $1 nicht; nehmen Sie es heraus"],
  [
    / holds a name that cannot be used; choose another/,
    " enthält einen Namen, der nicht geht; wählen Sie einen anderen",
  ],
  [/ does not fit; look at its form/, " passt nicht; sehen Sie auf die Form"],
  // Nodes, edges and their shape: engine/flow/check-*.ts
  [/^Node "(.+)" is of the unknown kind "(.+?)"\./, "Der Schritt „$1“ ist von der unbekannten Art „$2“."],
  [/ Did you mean "(.+?)"\?/, " Meinten Sie „$1“?"],
  // Named conditions: engine/rules/named-conditions.ts, engine/flow/check-conditions.ts
  [/^In the condition "(.+?)": /, "In der Bedingung „$1“: "],
  [/: In the condition "(.+?)": /, ": In der Bedingung „$1“: "],
  [
    /There is no condition "(.+?)": the flow names none\. Write the condition out here, or name one in "conditions"/,
    "Es gibt keine Bedingung „$1“: Der Fluss benennt keine. Schreiben Sie sie hier aus, oder benennen Sie eine in „conditions“",
  ],
  [
    /A condition that is used here by its name is wrong; mend it where it is named/,
    "Eine Bedingung, die hier mit Namen verwendet wird, ist falsch; berichtigen Sie sie dort, wo sie benannt ist",
  ],
  [/There is no condition "(.+?)"\./, "Es gibt keine Bedingung „$1“."],
  [/ Known: (.+) and more/, " Bekannt: $1 und weitere"],
  [
    /The condition leads back to itself: (.+)\. Take one of these names out/,
    "Die Bedingung führt auf sich selbst zurück: $1. Nehmen Sie einen dieser Namen heraus",
  ],
  [
    /With the condition "(.+?)" written out, this one is nested deeper than (\d+) levels; make it flatter/,
    "Mit der Bedingung „$1“ ausgeschrieben, ist diese tiefer als $2 Ebenen verschachtelt; machen Sie sie flacher",
  ],
  [
    /A condition by its name stands alone; take "(.+?)" out, or put both into "all"/,
    "Eine Bedingung mit ihrem Namen steht allein; nehmen Sie „$1“ heraus, oder setzen Sie beides in „all“",
  ],
  [
    /Name a condition of the flow in "condition", such as "rush hour"/,
    "Nennen Sie in „condition“ eine Bedingung des Flusses, etwa „Stoßzeit“",
  ],
  [
    / has a name that cannot be used; give it 1 to 64 characters, with no space at either end/,
    " hat einen Namen, der nicht geht; geben Sie ihm 1 bis 64 Zeichen, ohne Leerzeichen an den Enden",
  ],
  [/ holds more than (\d+); take some out/, " enthält mehr als $1; nehmen Sie einige heraus"],
  [/ Known: /, " Bekannt: "],
  [
    /^Two nodes have the id "(.+)"; give one of them another/,
    "Zwei Schritte haben die Kennung „$1“; geben Sie einem eine andere",
  ],
  [
    /^No message can enter: the flow has no node of the kind (.+)\. Add one and connect it/,
    "Keine Nachricht kommt herein: Der Fluss hat keinen Schritt der Art $1. Fügen Sie einen hinzu und verbinden Sie ihn",
  ],
  [
    /^No message reaches node "(.+)"; connect an output of another node to it, or take it out/,
    "Keine Nachricht erreicht den Schritt „$1“; verbinden Sie einen Ausgang eines anderen mit ihm, oder nehmen Sie ihn heraus",
  ],
  [
    /^Messages would run in a circle: (.+)\. Take out one of these edges/,
    "Nachrichten liefen im Kreis: $1. Nehmen Sie eine dieser Verbindungen heraus",
  ],
  [
    /^One message could make more than (\d+) visits, because branches part and join again and again; join fewer of them/,
    "Eine Nachricht könnte mehr als $1 Schritte machen, weil sich Zweige immer wieder teilen und vereinen; vereinen Sie weniger",
  ],
  [/^The edge from "(.+?)" to "(.+?)"/, "Die Verbindung von „$1“ nach „$2“"],
  [/: there is no node "(.+?)"\./, ": Es gibt keinen Schritt „$1“."],
  [/ Connect it anew or take the edge out/, " Verbinden Sie neu, oder nehmen Sie die Verbindung heraus"],
  [/ is there twice; take one of them out/, " ist zweimal da; nehmen Sie eine heraus"],
  [
    /: a node of the kind (\S+) starts a flow and takes no messages; end the edge at another node/,
    ": Ein Schritt der Art $1 beginnt einen Fluss und nimmt keine Nachrichten an; beenden Sie sie bei einem anderen Schritt",
  ],
  [
    /: nothing leaves a node of the kind (\S+); take the edge out, or begin it at the node before/,
    ": Aus einem Schritt der Art $1 geht nichts hinaus; nehmen Sie die Verbindung heraus, oder beginnen Sie sie beim Schritt davor",
  ],
  [
    / does not say which output it begins at; set "output" to one of /,
    " sagt nicht, bei welchem Ausgang sie beginnt; setzen Sie „output“ auf eines von ",
  ],
  [/: a node of the kind (\S+) has no output "(.+?)"\./, ": Ein Schritt der Art $1 hat keinen Ausgang „$2“."],
  [/ Its outputs: /, " Seine Ausgänge: "],
  // Settings of kinds: engine/nodes
  [/ must not be empty; name a field, such as /, " darf nicht leer sein; nennen Sie ein Feld, etwa "],
  [
    / must not be empty; name the alarm, such as Congestion/,
    " darf nicht leer sein; nennen Sie den Alarm, etwa Stau",
  ],
  [/ must not be empty; name the area, such as /, " darf nicht leer sein; nennen Sie das Gebiet, etwa "],
  [/ must not be empty; name the case, such as jam/, " darf nicht leer sein; nennen Sie den Fall, etwa Stau"],
  [
    / must not be empty; name what the device shall do, such as /,
    " darf nicht leer sein; nennen Sie, was das Gerät tun soll, etwa ",
  ],
  [/ must not be empty; name a device profile/, " darf nicht leer sein; nennen Sie ein Geräteprofil"],
  [
    / must not be empty; write an expression such as /,
    " darf nicht leer sein; schreiben Sie einen Ausdruck wie ",
  ],
  [/ must not be empty/, " darf nicht leer sein"],
  [
    / must hold at least one value, such as the avg of speed/,
    " braucht mindestens einen Wert, etwa das Mittel von speed",
  ],
  [/ must hold at least one case/, " braucht mindestens einen Fall"],
  [
    / must hold at least two steps: what comes first, and what follows/,
    " braucht mindestens zwei Schritte: was zuerst kommt, und was folgt",
  ],
  [/ must name at least one field to watch/, " muss mindestens ein Feld zum Beobachten nennen"],
  [/ must name at least one day/, " muss mindestens einen Tag nennen"],
  [/ must name at least one of (.+?)(?=\.?$)/, " muss mindestens eines nennen von $1"],
  [/ needs an expression after "="/, ' braucht einen Ausdruck hinter "="'],
  [/ has at most (\d+) characters/, " hat höchstens $1 Zeichen"],
  [
    / cannot be grouped by: its name has a space; write it to another field before/,
    " taugt nicht zum Gruppieren: Der Name hat ein Leerzeichen; schreiben Sie es davor in ein anderes Feld",
  ],
  [
    /^Node "(.+?)" needs the device that sent a message, and behind "(.+?)" messages come from a (.+), which is none\. (.+?); or connect it to a node before ".+?", or group that one by device/,
    "Der Schritt „$1“ braucht das Gerät, das eine Nachricht sandte, und hinter „$2“ kommen Nachrichten von $3, das keines ist. $4; oder verbinden Sie ihn mit einem Schritt vor „$2“, oder gruppieren Sie dort nach Gerät",
  ],
  [
    /Choose other recipients, such as the devices with the same (.+?);/,
    "Wählen Sie andere Empfänger, etwa die Geräte mit demselben Wert von „$1“;",
  ],
  [
    /Take out its confirmation, which waits for readings of that device;/,
    "Nehmen Sie die Bestätigung heraus, die auf Messwerte dieses Geräts wartet;",
  ],
  [/ needs at least three corners/, " braucht mindestens drei Ecken"],
  [/ needs a circle or a polygon, one of the two/, " braucht einen Kreis oder ein Vieleck, eines von beiden"],
  [
    / is empty; draw an area, or name an attribute of the device that holds some/,
    " ist leer; zeichnen Sie ein Gebiet, oder nennen Sie ein Attribut des Geräts, das welche hat",
  ],
  [
    /^It does nothing yet; add a unit, a change, a rate, a sum, a calculation or a field to rename, keep or remove/,
    "Er tut noch nichts; fügen Sie eine Einheit, Änderung, Rate, Summe oder Berechnung hinzu, oder ein Feld zum Umbenennen, Behalten oder Entfernen",
  ],
  [/ cannot be used as a name; choose another/, " geht nicht als Name; wählen Sie einen anderen"],
  [
    / is written by the node itself; choose another name/,
    " schreibt der Schritt selbst; wählen Sie einen anderen Namen",
  ],
  [/ is always a tag; take it out/, " ist immer ein Merkmal; nehmen Sie es heraus"],
  [
    / is no time zone; give a name such as (.+) or UTC/,
    " ist keine Zeitzone; geben Sie einen Namen wie $1 oder UTC an",
  ],
  [
    / must be a letter or _, then letters, digits, _ \. or -/,
    " muss ein Buchstabe oder _ sein, dann Buchstaben, Ziffern, _ . oder -",
  ],
  [/^Calculation "(.+?)": /, "Berechnung „$1“: "],
  [
    /The expression `(.*)` is wrong at its end: something is missing here/,
    "Der Ausdruck `$1` ist am Ende falsch: hier fehlt etwas",
  ],
  [
    /The expression `(.*)` is wrong, at character (\d+) of line (\d+)/,
    "Der Ausdruck `$1` ist falsch, bei Zeichen $2 in Zeile $3",
  ],
  [/The expression `(.*)` is wrong,? at character (\d+)/, "Der Ausdruck `$1` ist falsch, bei Zeichen $2"],
  [/^It(?= )/, "Der Schritt"],
  [/, at most (\d+)(?=\.?$)/, ", höchstens $1"],
];
