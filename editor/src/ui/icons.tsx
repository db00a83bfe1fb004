import type { ReactNode } from "react";

interface IconProps {
  size?: number;
}

function Glyph({ size = 20, children }: IconProps & { children: ReactNode }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="2"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {children}
    </svg>
  );
}

/** An icon of 24 by 24, drawn in the colour of the text around it. */
export const icon = (paths: ReactNode) => (props: IconProps) => <Glyph {...props}>{paths}</Glyph>;

export const CloseIcon = icon(<path d="M6 6l12 12M18 6L6 18" />);
export const CheckIcon = icon(<path d="M4.5 12.5l5 5 10-11" />);
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />);
export const TrashIcon = icon(<path d="M4 7h16M9.5 7V4.5h5V7M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5" />);
export const LinkIcon = icon(
  <path d="M6 9.5a3 3 0 110 6 3 3 0 010-6zM18 3.5a3 3 0 110 6 3 3 0 010-6zM18 14.5a3 3 0 110 6 3 3 0 010-6zM9 12h3.5M12.5 12c0-4 1-5.5 2.5-5.5M12.5 12c0 4 1 5.5 2.5 5.5" />,
);
export const UndoIcon = icon(<path d="M8.5 4.5L4 9l4.5 4.5M4 9h10a5.5 5.5 0 010 11h-4" />);
export const RedoIcon = icon(<path d="M15.5 4.5L20 9l-4.5 4.5M20 9H10a5.5 5.5 0 000 11h4" />);
export const TidyIcon = icon(
  <path d="M3.5 9.5h5v5h-5zM15.5 4h5v5h-5zM15.5 15h5v5h-5zM8.5 12h3.5M15.5 6.5H12v11h3.5" />,
);
export const BacktestIcon = icon(<path d="M11.5 5.5L5 12l6.5 6.5zM19.5 5.5L13 12l6.5 6.5z" />);
export const TryIcon = icon(
  <path d="M9 3.5h6M10 3.5v6L4.5 19a1.2 1.2 0 001 1.5h13a1.2 1.2 0 001-1.5L14 9.5v-6M7.5 15h9" />,
);
export const DeployIcon = icon(<path d="M12 15V4M7.5 8L12 3.5 16.5 8M4.5 14v6h15v-6" />);
export const ImportIcon = icon(<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 14v6h15v-6" />);
export const MoreIcon = icon(<path d="M5 12h.01M12 12h.01M19 12h.01" />);
export const SendIcon = icon(<path d="M20.5 3.5L10 14M20.5 3.5l-6.5 17-4-6.5-6.5-4z" />);
export const SearchIcon = icon(<path d="M10.5 4a6.5 6.5 0 110 13 6.5 6.5 0 010-13zM15.5 15.5L20.5 20.5" />);
export const ChevronDownIcon = icon(<path d="M5 9l7 7 7-7" />);
export const ChevronUpIcon = icon(<path d="M5 15l7-7 7 7" />);
export const ExpandIcon = icon(<path d="M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7" />);
export const ShrinkIcon = icon(<path d="M20 10h-6V4M14 10l7-7M4 14h6v6M10 14l-7 7" />);
export const CopyIcon = icon(<path d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4" />);
export const LetterIcon = icon(<path d="M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7" />);
export const TableIcon = icon(<path d="M3.5 5h17v14h-17zM3.5 10h17M3.5 14.5h17M9.5 5v14" />);
export const ChannelIcon = icon(
  <path d="M6.5 10a5.5 5.5 0 0111 0c0 5 2 6.5 2 6.5h-15s2-1.5 2-6.5M10 19.5a2.2 2.2 0 004 0" />,
);
export const ReplayIcon = icon(<path d="M5 12a7 7 0 112.2 5.1M5 17.5V13h4.5" />);
export const WatchIcon = icon(
  <path d="M2.5 12s3.5-6.5 9.5-6.5 9.5 6.5 9.5 6.5-3.5 6.5-9.5 6.5S2.5 12 2.5 12zM12 9.5a2.5 2.5 0 110 5 2.5 2.5 0 010-5z" />,
);
export const SunIcon = icon(
  <path d="M12 8a4 4 0 110 8 4 4 0 010-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4" />,
);
export const MoonIcon = icon(<path d="M19.5 14.5A8 8 0 119.5 4.5a6.5 6.5 0 0010 10z" />);
export const AutoIcon = icon(
  <>
    <path d="M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17z" />
    <path d="M12 3.5a8.5 8.5 0 010 17z" fill="currentColor" />
  </>,
);
export const CanvasIcon = icon(<path d="M3.5 5h6v5h-6zM14.5 14h6v5h-6zM9.5 7.5h3.5v9h1.5" />);
export const ListIcon = icon(<path d="M9 6h11M9 12h11M9 18h11M4.5 6h.01M4.5 12h.01M4.5 18h.01" />);
export const DeviceIcon = icon(
  <path d="M7 8h10v12H7zM10 12h4M10 16h4M12 8V6M8.5 5.5a5 5 0 017 0M6 3a8.5 8.5 0 0112 0" />,
);

export const InputIcon = icon(<path d="M10 4.5h8.5v15H10M3.5 12h10M10 8.5l3.5 3.5L10 15.5" />);
export const DecideIcon = icon(
  <path d="M3.5 12H9M9 12l5.5-6h6M9 12l5.5 6h6M18 3.5L20.5 6 18 8.5M18 15.5l2.5 2.5L18 20.5" />,
);
export const TransformIcon = icon(
  <path d="M4 7h10M18 7h2M4 17h2M10 17h10M16 5a2 2 0 110 4 2 2 0 010-4zM8 15a2 2 0 110 4 2 2 0 010-4z" />,
);
export const ActIcon = icon(<path d="M13 2.5L5 13.5h6l-1 8 8.5-11.5h-6z" />);
export const NoteIcon = icon(<path d="M4.5 4.5h15v10l-5 5h-10zM19.5 14.5h-5v5M8 9h8M8 13h4" />);
export const GroupFrameIcon = icon(<path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8.5 8.5h7v7h-7z" />);
export const HistoryIcon = icon(<path d="M4 12a8 8 0 108-8 8 8 0 00-7 4M4.5 3.5V8H9M12 7.5V12l3 2" />);
export const BesideIcon = icon(
  <path d="M4 5h7v14H4zM14 5h1.5M18.5 5H20v1.5M20 10.5v3M20 17.5V19h-1.5M15.5 19H14M14 10.5v3" />,
);
export const AlignIcon = icon(<path d="M4 3.5v17M8 6h12v4H8zM8 14h7v4H8z" />);
export const SnapIcon = icon(
  <path d="M4 4h.01M12 4h.01M20 4h.01M4 12h.01M20 12h.01M4 20h.01M12 20h.01M20 20h.01M9 9h6v6H9z" />,
);
export const PeopleIcon = icon(
  <path d="M9 4.5a3.5 3.5 0 110 7 3.5 3.5 0 010-7zM2.5 20c0-3.5 3-5.5 6.5-5.5s6.5 2 6.5 5.5M16 4.8a3.5 3.5 0 010 6.4M18 14.9c2.2.8 3.5 2.6 3.5 5.1" />,
);
export const StepIcon = icon(<path d="M12 5a7 7 0 110 14 7 7 0 010-14z" />);

export const CriticalIcon = icon(
  <path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3zM12 7.5V13M12 16.5h.01" />,
);
export const MajorIcon = icon(<path d="M12 3.5l9.5 16.5h-19zM12 10v4.5M12 17.2h.01" />);
export const MinorIcon = icon(<path d="M12 2.8l9.2 9.2-9.2 9.2L2.8 12zM12 8v5M12 16h.01" />);
export const WarningIcon = icon(<path d="M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17zM12 11v5.5M12 7.8h.01" />);
export const UnknownIcon = icon(
  <path d="M12 3.5a8.5 8.5 0 110 17 8.5 8.5 0 010-17zM9.5 9.6a2.5 2.5 0 113.6 2.2c-.8.4-1.1.9-1.1 1.7M12 16.6h.01" />,
);
