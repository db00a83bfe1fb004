/** The wheel in the water. */
export function Mark({ size = 32 }: { size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 32 32"
      fill="none"
      stroke="var(--mr-accent)"
      strokeWidth="2.4"
      strokeLinecap="round"
    >
      <circle cx="16" cy="13" r="7.5" />
      <path d="M16 2.5v21M5.5 13h21M8.6 5.6l14.8 14.8M23.4 5.6 8.6 20.4" strokeWidth="2" />
      <path
        d="M3 28c2.2-2.4 4.3-2.4 6.5 0s4.3 2.4 6.5 0 4.3-2.4 6.5 0 4.3 2.4 6.5 0"
        stroke="var(--mr-flow)"
        strokeWidth="2.6"
      />
    </svg>
  );
}
