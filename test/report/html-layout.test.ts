/** The picture of the control plane: every path is in it, and nothing lies on anything else. */
import { describe, expect, test } from 'vitest';
import { PATHS } from '../../checks/index.ts';
import { PATH_IDS } from '../../src/model/path.ts';
import { BADGE, BOXES, CAPTIONS, HEIGHT, NODE_FRAME, ROUTES, WIDTH } from '../../src/report/html/layout.ts';
import type { Box, Point, Route } from '../../src/report/html/layout.ts';

interface Area {
  readonly name: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const area = (name: string, { x, y, width, height }: Omit<Box, 'label'>): Area => ({
  name,
  left: x,
  right: x + width,
  top: y,
  bottom: y + height,
});

const boxes = Object.entries(BOXES).map(([name, box]) => area(name, box));
// Widest letters are as wide as high, at 11 px; the text stands on its line.
const captions = CAPTIONS.map(([x, y, text]) => area(text, { x, y: y - 9, width: text.length * 7, height: 12 }));
const badges = Object.entries(ROUTES).map(([id, { badge }]) =>
  area(id, {
    x: badge[0] - BADGE.width / 2,
    y: badge[1] - BADGE.height / 2,
    width: BADGE.width,
    height: BADGE.height,
  }),
);

/** Each straight part of a route. */
const lines = Object.entries(ROUTES).flatMap(([id, { points }]) =>
  points.slice(1).map((point, index) => lineArea(id, points[index] ?? point, point)),
);

function lineArea(name: string, [x1, y1]: Point, [x2, y2]: Point): Area {
  const x = Math.min(x1, x2);
  const y = Math.min(y1, y2);
  return area(name, { x, y, width: Math.abs(x1 - x2), height: Math.abs(y1 - y2) });
}

const overlap = (a: Area, b: Area): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const touch = (a: Area, b: Area): boolean =>
  a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;

function pairs(areas: readonly Area[], meet: (a: Area, b: Area) => boolean): readonly string[] {
  return areas.flatMap((a, index) =>
    areas
      .slice(index + 1)
      .filter((b) => meet(a, b) && a.name !== b.name)
      .map((b) => `${a.name} and ${b.name}`),
  );
}

test('every path has a route, in the order and with the names of the checks', () => {
  expect(Object.keys(ROUTES).toSorted()).toEqual([...PATH_IDS].toSorted());
  expect(PATHS.map(({ id }) => id)).toEqual([...PATH_IDS]);
});

describe.each(Object.entries(ROUTES))('%s', (id, { from, to, points, badge }: Route) => {
  test('goes from its client to its server, in straight lines', () => {
    const [start, end] = [points[0], points.at(-1)];
    for (const [point, name] of [
      [start, from],
      [end, to],
    ] as const) {
      const box = area('', name === undefined ? NODE_FRAME : BOXES[name]);
      const [x, y] = point ?? [0, 0];
      const onSide = (x === box.left || x === box.right) && y > box.top && y < box.bottom;
      const onEnd = (y === box.top || y === box.bottom) && x > box.left && x < box.right;
      expect(onSide || onEnd).toBe(true);
    }
    for (const [index, [x, y]] of points.slice(1).entries()) {
      const before = points[index];
      expect(before !== undefined && (before[0] === x) !== (before[1] === y)).toBe(true);
    }
  });

  test('has its badge on itself, with line to be seen on both sides', () => {
    const [x, y] = badge;
    const own = lines.filter(({ name }) => name === id);
    const looped = from === to;
    const under = own.find((line) => x >= line.left && x <= line.right && y >= line.top && y <= line.bottom);
    expect(under).toBeDefined();
    if (under === undefined || looped) return;
    const [half, before, after] =
      under.top === under.bottom
        ? [BADGE.width / 2, x - under.left, under.right - x]
        : [BADGE.height / 2, y - under.top, under.bottom - y];
    expect(Math.min(before, after) - half).toBeGreaterThanOrEqual(12);
  });
});

test('no arrow runs through a box, a word, a badge that is not its own, or another arrow', () => {
  const run = lines.flatMap((line) =>
    [...boxes, ...captions, ...badges.filter(({ name }) => name !== line.name)]
      .filter((one) => overlapsLine(line, one))
      .map((one) => `${line.name} runs through ${one.name}`),
  );
  expect(run).toEqual([]);
  expect(pairs(lines, touch)).toEqual([]);
});

/** A line has no width, so what it touches only at an end, its own box, is not run through. */
function overlapsLine(line: Area, box: Area): boolean {
  return line.left < box.right && line.right > box.left && line.top < box.bottom && line.bottom > box.top;
}

test('no box, word or badge lies on another, and all are inside', () => {
  const areas = [...boxes, ...captions, ...badges];
  expect(pairs(areas, overlap)).toEqual([]);
  for (const one of areas) {
    expect([one.left >= 0, one.top >= 0, one.right <= WIDTH, one.bottom <= HEIGHT], one.name).toEqual([
      true,
      true,
      true,
      true,
    ]);
  }
});

test('names of boxes fit into them', () => {
  // Bold letters of a wide font, as DejaVu Sans, take three fifths of its size.
  for (const { label, width } of Object.values(BOXES)) expect(label.length * 11.5 * 0.62).toBeLessThan(width);
});
