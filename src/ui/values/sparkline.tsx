const WIDTH = 96;
const HEIGHT = 24;
/** What is not nothing can be seen. */
const LEAST = 1.5;

/**
 * Counts over time as one small path, because a list shows dozens of them and a chart library would be too slow. Hidden
 * from screen readers: the text beside it says the same.
 */
export function Sparkline({ counts }: { counts: readonly number[] }) {
  const most = Math.max(1, ...counts);
  const step = WIDTH / Math.max(1, counts.length);
  const bars = counts.map((count, position) => {
    const height = count === 0 ? 0 : Math.max(LEAST, (count / most) * HEIGHT);
    return `M${((position + 0.5) * step).toFixed(2)} ${HEIGHT}v-${height.toFixed(2)}`;
  });
  return (
    <svg width={WIDTH} height={HEIGHT} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      <path d={bars.join('')} stroke="currentColor" strokeWidth={step * 0.65} fill="none" />
    </svg>
  );
}
