/** Components that the input does not configure, told from those that a file may configure which nobody could read. */
import type { ComponentName } from '../../src/model/component.ts';
import type { NodeModel, UnreadSource } from '../../src/model/node.ts';
import type { Applicability } from '../../src/model/path.ts';
import { enumerate } from './words.ts';

/** What was not read and may configure one of these components, where the node lacks it. */
function hidden(node: NodeModel, names: readonly ComponentName[]): UnreadSource | undefined {
  const lacking = names.filter((name) => !node.components.has(name));
  return node.unread.find(
    ({ component }) => lacking.length > 0 && (component === undefined || lacking.includes(component)),
  );
}

/** Why it is not known whether some components are configured, as a clause without a period; undefined when it is. */
export function whyHidden(node: NodeModel, ...names: readonly ComponentName[]): string | undefined {
  const source = hidden(node, names);
  return source === undefined
    ? undefined
    : `Whether ${enumerate(names)} ${names.length === 1 ? 'is' : 'are'} configured here is not known: ${source.message.replace(/\.$/, '')}`;
}

/**
 * What to say of a path whose components are not configured.
 * @param otherwise what is true where every manifest and unit was read
 */
export function absent(node: NodeModel, names: readonly ComponentName[], otherwise: Applicability): Applicability {
  const source = hidden(node, names);
  const why = whyHidden(node, ...names);
  return source === undefined || why === undefined
    ? otherwise
    : { kind: 'not-assessed', reason: `${why}.`, supply: source.supply };
}

/** What to say of a component that a path needs and that is not there; a clause without a period. */
export function notInInput(name: ComponentName, node: NodeModel): string {
  return whyHidden(node, name) ?? `${name} is not in the input: supply its configuration and its certificates`;
}
