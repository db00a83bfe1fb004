import { deMemory } from "./de-memory.ts";
import { deRemarks } from "./de-remarks.ts";
import { deSettings } from "./de-settings.ts";

/**
 * The texts of all kinds in German but their help, by the English text; a choice of a setting by "=" and its value.
 * What is missing stays English.
 */
export const deKinds: Readonly<Record<string, string>> = {
  Input: "Eingang",
  "Starts a flow with the messages of chosen devices.":
    "Beginnt einen Fluss mit den Nachrichten ausgewählter Geräte.",
  Messages: "Nachrichten",
  Filter: "Filter",
  "Lets messages pass that meet a condition, and sends the others the other way.":
    "Lässt Nachrichten durch, die eine Bedingung erfüllen, und schickt die anderen den anderen Weg.",
  "Condition holds": "Bedingung gilt",
  "It does not": "Gilt nicht",
  Switch: "Weiche",
  "Sends messages one of several ways, by conditions tried in order.":
    "Schickt Nachrichten einen von mehreren Wegen, nach Bedingungen der Reihe nach.",
  "No case holds": "Kein Fall gilt",
  Change: "Änderung",
  "Lets a message pass when a field has changed by more than a dead-band.":
    "Lässt eine Nachricht durch, wenn sich ein Feld um mehr als eine Totzone geändert hat.",
  Changed: "Geändert",
  "Not changed": "Nicht geändert",
  Throttle: "Drossel",
  "Lets at most so many messages of a device pass in a period.":
    "Lässt in einer Zeitspanne höchstens so viele Nachrichten eines Geräts durch.",
  Passes: "Kommt durch",
  "Too many": "Zu viele",
  Deduplicate: "Wiederholungen",
  "Lets the first of several messages with the same values pass.":
    "Lässt von mehreren Nachrichten mit denselben Werten die erste durch.",
  New: "Neu",
  Repetition: "Wiederholung",
  Schedule: "Zeitplan",
  "Parts messages by weekly hours and dates in a time zone.":
    "Teilt Nachrichten nach Wochenstunden und Tagen in einer Zeitzone.",
  "Within the hours": "Innerhalb der Zeiten",
  Outside: "Außerhalb",
  Absence: "Ausbleiben",
  "Says when a device has sent nothing for a while, and when it is back.":
    "Meldet, wenn ein Gerät eine Weile nichts gesendet hat, und wenn es wieder da ist.",
  "Has fallen silent": "Ist verstummt",
  "Is back": "Ist wieder da",
  Geofence: "Gebiete",
  "Says which areas a device is in, and when it enters or leaves one.":
    "Sagt, in welchen Gebieten ein Gerät ist, und wann es eines betritt oder verlässt.",
  "Has entered": "Hat betreten",
  "Has left": "Hat verlassen",
  "Is inside": "Ist darin",
  "Is outside": "Ist draußen",
  "No usable position": "Keine brauchbare Position",
  Sequence: "Abfolge",
  "Notices when messages of a device follow each other in an order, and when one fails to follow.":
    "Merkt, wenn Nachrichten eines Geräts in einer Reihenfolge kommen, und wenn eine ausbleibt.",
  "All in order": "Alle in der Reihenfolge",
  "Not in time": "Nicht rechtzeitig",
  Join: "Zusammenführen",
  "Merges two messages of a device that belong together into one.":
    "Macht aus zwei Nachrichten eines Geräts, die zusammengehören, eine.",
  Merged: "Zusammengeführt",
  "Without its other half": "Ohne die andere Hälfte",
  Enrich: "Anreichern",
  "Adds attributes, constants, values from tables, previous values, changes and calculations to a message.":
    "Ergänzt eine Nachricht um Attribute, Konstanten, Werte aus Tabellen, vorige Werte, Änderungen und Berechnungen.",
  Complete: "Vollständig",
  "Something was missing": "Etwas fehlte",
  Calculate: "Berechnen",
  "Calculates fields: units, changes, rates, running sums and expressions; renames and removes fields.":
    "Berechnet Felder: Einheiten, Änderungen, Raten, laufende Summen und Ausdrücke; benennt Felder um und entfernt sie.",
  Calculated: "Berechnet",
  Failed: "Gescheitert",
  Aggregate: "Zusammenfassen",
  "Turns the messages of a time window into one: counts, sums, averages and extremes.":
    "Macht aus den Nachrichten eines Zeitfensters eine: Anzahlen, Summen, Mittel und Extreme.",
  "Closed window": "Geschlossenes Fenster",
  "Too late": "Zu spät",
  Alert: "Alarm",
  "Raises an alarm when a condition comes true, and clears it later.":
    "Löst einen Alarm aus, wenn eine Bedingung eintritt, und hebt ihn später auf.",
  Raised: "Ausgelöst",
  Cleared: "Aufgehoben",
  "Severity changed": "Schwere geändert",
  Command: "Befehl",
  "Sends a command to the device that the message came from, or to others, and goes on with how it ended.":
    "Sendet einen Befehl an das Gerät, von dem die Nachricht kam, oder an andere, und geht mit seinem Ausgang weiter.",
  Sent: "Gesendet",
  Succeeded: "Gelungen",
  Save: "Speichern",
  "Saves the fields of a message as a point of a series.":
    "Speichert die Felder einer Nachricht als Punkt einer Reihe.",
  Notify: "Benachrichtigen",
  "Tells people or other systems, by e-mail, webhook or MQTT, and goes on with what came of it.":
    "Sagt es Menschen oder anderen Systemen, per E-Mail, Webhook oder MQTT, und geht mit dem weiter, was daraus wurde.",
  Flow: "Fluss",
  "Hands messages to another flow, so that rules which several flows share are written once.":
    "Gibt Nachrichten an einen anderen Fluss weiter, damit gemeinsame Regeln nur einmal geschrieben werden.",
  Afterwards: "Danach",
  ...deSettings,
  ...deMemory,
  ...deRemarks,
};
