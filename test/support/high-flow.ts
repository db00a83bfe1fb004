/** A flow whose alarm is raised by a reading whose `n` is above the limit. */
export const highFlow = (limit: number) => ({
  id: "high",
  name: "High",
  schema: 1,
  nodes: [
    { id: "in", kind: "input", config: {} },
    {
      id: "high",
      kind: "alert",
      config: {
        type: "High",
        severity: "minor",
        raise: { all: [{ fact: "n", operator: "greaterThan", value: limit }] },
      },
    },
  ],
  edges: [{ from: "in", to: "high" }],
});
