/** Help of kinds in German, in Markdown as the English. */
export const deHelp: Readonly<Record<string, string>> = {};
