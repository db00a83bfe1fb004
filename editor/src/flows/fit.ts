import { useNodesInitialized, useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useEffectEvent, useRef } from "react";

/** Leaves room at the head for the tools, at the foot for the zoom buttons and the overview. */
export const fitting = {
  padding: { top: "64px", right: "24px", bottom: "72px", left: "24px" },
  minZoom: 0.2,
  maxZoom: 1,
} as const;

/** The same where a title stands in the corner and there are no tools. */
export const fittingSmall = {
  ...fitting,
  padding: { top: "32px", right: "24px", bottom: "24px", left: "24px" },
} as const;

/**
 * Fits the view when the flow is opened or a path is to be shown, and when the canvas changes its size before anyone
 * touched it. Later it only brings a chosen node back into sight: a view that moves by itself disturbs the hand.
 */
export function useFit(
  canvas: RefObject<HTMLDivElement | null>,
  chosen: string | undefined,
  path: readonly string[],
  small = false,
) {
  const { fitView, getInternalNode, getViewport, setViewport, getNodes } = useReactFlow();
  const ready = useNodesInitialized();
  const isTouched = useRef(false);

  const fit = useEffectEvent(() => {
    const known = new Set(getNodes().map(({ id }) => id));
    const focus = path.filter((id) => known.has(id));
    fitView({
      ...(small ? fittingSmall : fitting),
      nodes: focus.length > 0 ? focus.map((id) => ({ id })) : undefined,
    });
  });

  const bringIntoSight = useEffectEvent(() => {
    const node = chosen ? getInternalNode(chosen) : undefined;
    const box = canvas.current?.getBoundingClientRect();
    if (!node || !box) return;
    const { x, y, zoom } = getViewport();
    const { positionAbsolute: place } = node.internals;
    const left = place.x * zoom + x;
    const top = place.y * zoom + y;
    const right = left + (node.measured.width ?? 0) * zoom;
    const bottom = top + (node.measured.height ?? 0) * zoom;
    const dx = left < 24 ? 24 - left : Math.min(0, box.width - 24 - right);
    const dy = top < 64 ? 64 - top : Math.min(0, box.height - 24 - bottom);
    if (dx !== 0 || dy !== 0) setViewport({ x: x + dx, y: y + dy, zoom });
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another path asks for a new fit
  useEffect(() => {
    const element = canvas.current;
    if (!ready || !element) return;
    let frame = requestAnimationFrame(fit);
    let known = { width: element.clientWidth, height: element.clientHeight };
    const watch = new ResizeObserver(() => {
      const size = { width: element.clientWidth, height: element.clientHeight };
      if (size.width === known.width && size.height === known.height) return;
      known = size;
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(isTouched.current ? bringIntoSight : fit);
    });
    watch.observe(element);
    const touched = () => {
      isTouched.current = true;
    };
    for (const name of ["pointerdown", "wheel", "keydown", "drop"] as const)
      element.addEventListener(name, touched, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
      for (const name of ["pointerdown", "wheel", "keydown", "drop"] as const)
        element.removeEventListener(name, touched);
    };
  }, [canvas, ready, path]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another node is to be seen
  useEffect(() => {
    const frame = requestAnimationFrame(bringIntoSight);
    return () => cancelAnimationFrame(frame);
  }, [chosen]);
}
