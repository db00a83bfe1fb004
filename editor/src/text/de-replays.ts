/** Why a version cannot take a replay, as engine/flow/brought.ts and engine/api/move-letters.ts say it, in German. */
export const deReplays: readonly (readonly [english: RegExp, german: string])[] = [
  [
    /Version (\d+) of flow "(.+?)" has no node "(.+?)", at which the message failed; choose a version that has\./,
    "Die Version $1 des Flusses „$2“ hat keinen Schritt „$3“, an dem die Nachricht scheiterte; wählen Sie eine, die ihn hat.",
  ],
  [
    /Version (\d+) of flow "(.+?)" looks something up in the table "(.+?)", which no flow that runs uses; deploy a version that uses it, or choose one that does not\./,
    "Die Version $1 des Flusses „$2“ schlägt in der Tabelle „$3“ nach, die kein laufender Fluss benutzt; nehmen Sie eine Version in Betrieb, die sie benutzt, oder wählen Sie eine, die das nicht tut.",
  ],
  [/Version (\d+) of flow "(.+?)" cannot run: /, "Die Version $1 des Flusses „$2“ kann nicht laufen: "],
  [
    / Choose another version, or mend the flow and choose the version made of it\.$/,
    " Wählen Sie eine andere Version, oder berichtigen Sie den Fluss und wählen Sie die Version daraus.",
  ],
  [/(?<=laufen: )Node "(.+?)": (?:it(?= ))?/, "Schritt „$1“: "],
  [
    /(?<=laufen: )Node "(.+?)" is of the unknown kind "(.+?)"\./,
    "Der Schritt „$1“ ist von der unbekannten Art „$2“.",
  ],
  [
    /It failed in flow "(.+?)", so a version of flow "(.+?)" cannot take it\./,
    "Sie scheiterte im Fluss „$1“, darum kann eine Version des Flusses „$2“ sie nicht nehmen.",
  ],
];
