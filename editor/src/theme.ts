import { createTheme, type MantineColorsTuple } from "@mantine/core";

const water: MantineColorsTuple = [
  "#e4f6f8",
  "#c9ebef",
  "#97d7df",
  "#62c2ce",
  "#3ab0bf",
  "#1c9fb0",
  "#0d8798",
  "#0b6f7e",
  "#095a67",
  "#064550",
];

const slate: MantineColorsTuple = [
  "#e3ecef",
  "#c3d0d6",
  "#a3b4bc",
  "#7d919a",
  "#54676f",
  "#35464d",
  "#243238",
  "#182327",
  "#111a1d",
  "#0b1214",
];

const font = '-apple-system, "Segoe UI", Inter, Roboto, "Helvetica Neue", Arial, sans-serif';

export const theme = createTheme({
  colors: { water, dark: slate },
  primaryColor: "water",
  primaryShade: 7,
  defaultRadius: "md",
  fontFamily: font,
  headings: { fontFamily: font, fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
});
