import { Title } from "@mantine/core";

export function App() {
  return (
    <main>
      <Title>Millrace</Title>
    </main>
  );
}
