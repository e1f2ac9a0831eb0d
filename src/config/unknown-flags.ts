/** Flags that a component does not have: which of them are slips, and of what. */
import { COMPONENT_NAMES } from '../model/component.ts';
import type { ComponentName, Notice } from '../model/component.ts';
import type { Version } from '../model/version.ts';
import { editDistance } from '../text/suggest.ts';
import { flagHistory } from './history/history.ts';
import { otherFlags } from './history/other-flags.ts';
import { atOrAfter } from './history/ranges.ts';
import { removedFlags, removedValues } from './history/removed-flags.ts';
import type { FlagOccurrence } from './flags.ts';

/** A slip of the finger changes this many letters at most; in a short name two are half of it. */
const MAX_DISTANCE = 2;
const SHORTEST_FOR_TWO = 8;

/** No flag has a longer name; comparing a longer text with every name would only cost time. */
const MAX_NAME = 64;

/** Every flag of every component, with Go's and pflag's own: nothing else was ever a name. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/**
 * A notice for a flag that the history does not hold: one that is gone, one whose name none can have, or one that is
 * taken for a slip. Undefined for the other flags of the component, and for what may be a flag of a build of its own.
 */
export function unlistedFlag(
  component: ComponentName,
  version: Version,
  occurrence: FlagOccurrence,
): Notice | undefined {
  const { name, written, position } = occurrence;
  if (otherFlags(component).has(name)) {
    const gone = (what: string, removed: string | undefined): Notice | undefined =>
      removed !== undefined && atOrAfter(version, removed)
        ? { code: 'removed-flag', subject: what, message: `${what} was removed in ${removed}`, ...position }
        : undefined;
    const { value } = occurrence;
    return (
      gone(written, removedFlags(component).get(name)) ??
      gone(`${written}=${value}`, removedValues(component).get(`${name}=${value}`))
    );
  }
  if (NAME.test(name)) return unknownFlag(component, occurrence);
  const space = /\s/.test(name);
  const shown = written.length > MAX_NAME ? `${written.slice(0, MAX_NAME)}…` : written;
  return {
    code: 'invalid-value',
    subject: shown,
    message: space
      ? `"${shown}" is one word with a space in it, so the whole of it is taken for the name of a flag, which no flag has; write "=" in place of the space`
      : `"${shown}" holds a character that the name of no flag has`,
    ...position,
  };
}

/**
 * A notice for a flag that neither the history nor the list of other flags holds, when it resembles a listed one or
 * is one of another component. Any other unlisted flag is left alone: the tables are not the last word on what a
 * build of a component takes.
 */
function unknownFlag(component: ComponentName, occurrence: FlagOccurrence): Notice | undefined {
  const { name, written, position } = occurrence;
  if (name.length < 4 || name.length > MAX_NAME) return undefined;
  const notice = (message: string): Notice => ({ code: 'unknown-flag', subject: written, message, ...position });
  const meant = nearest(component, name);
  if (meant !== undefined) {
    return notice(
      `${component} has no flag ${written}; --${meant} may be meant. It refuses to start with an unknown flag`,
    );
  }
  // Each cloud provider's controller manager has flags of its own.
  if (component === 'cloud-controller-manager') return undefined;
  const owner = COMPONENT_NAMES.find((other) => other !== component && flagHistory(other).get(name)?.isFlag === true);
  if (owner === undefined) return undefined;
  return notice(
    `${component} has no flag ${written}, it is one of ${owner}. ${component} refuses to start with an unknown flag`,
  );
}

function nearest(component: ComponentName, name: string): string | undefined {
  const words = sortedWords(name);
  const allowed = name.length < SHORTEST_FOR_TWO ? 1 : MAX_DISTANCE;
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const [candidate, entry] of flagHistory(component)) {
    if (!entry.isFlag) continue;
    const distance = sortedWords(candidate) === words ? 0 : distanceWithin(name, candidate, allowed);
    if (distance !== undefined && (best === undefined || distance < best.distance))
      best = { name: candidate, distance };
  }
  return best?.name;
}

/** Case is part of a flag's name, yet the commonest slip. */
function distanceWithin(name: string, candidate: string, allowed: number): number | undefined {
  if (Math.abs(name.length - candidate.length) > allowed) return undefined;
  const distance = editDistance(name.toLowerCase(), candidate);
  return distance <= allowed ? distance : undefined;
}

function sortedWords(name: string): string {
  return name.toLowerCase().split('-').sort().join('-');
}
