interface Action {
  label?: string;
  description?: string;
}

interface Group<A extends Action> {
  group: string;
  actions: A[];
}

/**
 * Actions in whose name, description or group every word of the query stands, in any order. First come the groups and
 * actions that are named so.
 */
export function findActions<A extends Action>(query: string, groups: readonly Group<A>[]): Group<A>[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const holds = (text: string) => words.every((word) => text.toLowerCase().includes(word));
  const isNamed = ({ label = "" }: A) => holds(label);
  const found = groups.map(({ group, actions }) => {
    const fits = actions.filter(({ label = "", description = "" }) =>
      holds(`${label} ${description} ${group}`),
    );
    return { group, actions: [...fits.filter(isNamed), ...fits.filter((action) => !isNamed(action))] };
  });
  const rank = ({ actions }: Group<A>) => (actions.some(isNamed) ? 0 : 1);
  return found.filter(({ actions }) => actions.length > 0).sort((a, b) => rank(a) - rank(b));
}
