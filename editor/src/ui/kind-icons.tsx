import { CanvasIcon, ChannelIcon, DecideIcon, InputIcon, icon, SendIcon, type StepIcon } from "./icons.tsx";

/** By the name that a kind gives its icon, a Tabler icon's: our own drawing of it. */
export const kindIcons: Readonly<Record<string, typeof StepIcon>> = {
  "login-2": InputIcon,
  filter: icon(<path d="M3.5 5h17L14 13v6.5L10 17v-4z" />),
  "arrows-split": DecideIcon,
  "wave-square": icon(<path d="M3.5 17H9V7h6v6h5.5" />),
  gauge: icon(<path d="M5 18.5a8.5 8.5 0 1114 0M12 15l4-5M12 15h.01" />),
  "copy-minus": icon(<path d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4M11.5 14h5" />),
  calendar: icon(<path d="M4 6h16v14H4zM4 10.5h16M8 3.5v4M16 3.5v4M8 14.5h.01M12 14.5h.01M16 14.5h.01" />),
  hourglass: icon(
    <path d="M7 3.5h10M7 20.5h10M8 3.5V6c0 3 3.5 4.5 3.5 6S8 15 8 18v2.5M16 3.5V6c0 3-3.5 4.5-3.5 6s3.5 3 3.5 6v2.5" />,
  ),
  "map-pin": icon(
    <path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0113 0c0 5-6.5 11-6.5 11zM12 8a2 2 0 110 4 2 2 0 010-4z" />,
  ),
  timeline: icon(
    <path d="M4.5 10a2 2 0 110 4 2 2 0 010-4zM12 10a2 2 0 110 4 2 2 0 010-4zM19.5 10a2 2 0 110 4 2 2 0 010-4zM6.5 12H10M14 12h3.5" />,
  ),
  "arrows-join": icon(<path d="M3.5 6h4l4.5 6h8.5M3.5 18h4l4.5-6M17.5 9l3 3-3 3" />),
  tag: icon(<path d="M4 4h8l8.5 8.5-8 8L4 12zM8 8h.01" />),
  calculator: icon(<path d="M6 3.5h12v17H6zM9.5 7.5h5M9.5 12h.01M14.5 12h.01M9.5 16h.01M14.5 16h.01" />),
  sum: icon(<path d="M17.5 7.5v-3h-11L13 12l-6.5 7.5h11v-3" />),
  bell: ChannelIcon,
  "transfer-in": icon(<path d="M14 6h6.5v12H14zM3 12h8M8 8.5l3.5 3.5L8 15.5M17.2 15h.01" />),
  database: icon(
    <path d="M4.5 6c0-1.4 3.4-2.5 7.5-2.5s7.5 1.1 7.5 2.5-3.4 2.5-7.5 2.5S4.5 7.4 4.5 6zM4.5 6v12c0 1.4 3.4 2.5 7.5 2.5s7.5-1.1 7.5-2.5V6M4.5 12c0 1.4 3.4 2.5 7.5 2.5s7.5-1.1 7.5-2.5" />,
  ),
  send: SendIcon,
  sitemap: CanvasIcon,
};
