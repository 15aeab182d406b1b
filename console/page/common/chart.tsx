/** A chart. It is a picture to a screen reader: whoever shows one shows its numbers in a table too. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { useEffect, useRef, useSyncExternalStore } from 'react';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

interface Props {
  readonly type: 'bar' | 'line';
  /** What a screen reader says of it. */
  readonly label: string;
  readonly labels: readonly string[];
  readonly values: readonly number[];
  readonly unit: string;
}

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const still = window.matchMedia('(prefers-reduced-motion: reduce)');
const onScheme = (changed: () => void): (() => void) => {
  dark.addEventListener('change', changed);
  return () => {
    dark.removeEventListener('change', changed);
  };
};

export function DataChart({ type, label, labels, values, unit }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<Chart>(null);
  const scheme = useSyncExternalStore(onScheme, () => dark.matches);

  useEffect(() => {
    if (canvas.current === null) return;
    const { color, borderTopColor, outlineColor } = getComputedStyle(canvas.current); // the style sheet's colours
    const axis = { ticks: { color: outlineColor }, grid: { color: borderTopColor }, border: { display: false } };
    const drawn = new Chart(canvas.current, {
      type,
      data: {
        labels: [],
        datasets: [
          {
            data: [],
            backgroundColor: color,
            borderColor: color,
            borderRadius: 3,
            maxBarThickness: 44,
            borderWidth: type === 'line' ? 2 : 0,
            pointRadius: 2,
          },
        ],
      },
      options: {
        responsive: true,
        maintainAspectRatio: false,
        animation: still.matches ? false : { duration: 250 },
        plugins: { tooltip: { callbacks: { label: ({ formattedValue }) => `${formattedValue} ${unit}` } } },
        scales: {
          x: {
            ...axis,
            grid: { display: false },
            ticks: { color: outlineColor, maxRotation: 45, autoSkipPadding: 12 },
          },
          y: { ...axis, beginAtZero: true, title: { display: true, text: unit, color: outlineColor } },
        },
      },
    });
    chart.current = drawn;
    return () => {
      drawn.destroy();
    };
  }, [type, unit, scheme]);

  useEffect(() => {
    show(chart.current, labels, values);
  }, [labels, values, type, unit, scheme]);

  return (
    <div className="chart">
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

function show(chart: Chart | null, labels: readonly string[], values: readonly number[]): void {
  const [dataset] = chart?.data.datasets ?? [];
  if (chart === null || dataset === undefined) return;
  chart.data.labels = [...labels];
  dataset.data = [...values];
  chart.update();
}
