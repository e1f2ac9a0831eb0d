/** The rows of the report by node. Two nodes may have one name, as two backups of one machine do. */
import type { PathId } from '../../model/path.ts';
import type { Report, ReportNode, ReportPath } from '../../model/report.ts';

export interface Section {
  readonly name: string;
  /** The name, counted where another node before has it too. */
  readonly label: string;
  /** Undefined where the report has rows of it alone. */
  readonly node: ReportNode | undefined;
  readonly rows: readonly ReportPath[];
}

/** A section for each node, in the report's order. The second row of a path on a name is that of its second node. */
export function sectionsOf({ nodes, paths }: Pick<Report, 'nodes' | 'paths'>): readonly Section[] {
  const sections: Filling[] = [];
  const add = (name: string, node: ReportNode | undefined): Filling => {
    const count = sections.filter((one) => one.name === name).length + 1;
    const section = { name, label: count === 1 ? name : `${name} (${count})`, node, rows: [], ids: new Set<PathId>() };
    sections.push(section);
    return section;
  };
  for (const node of nodes) add(node.name, node);
  for (const path of paths) {
    const section =
      sections.find(({ name, ids }) => name === path.node && !ids.has(path.id)) ?? add(path.node, undefined);
    section.rows.push(path);
    section.ids.add(path.id);
  }
  return sections;
}

interface Filling extends Section {
  readonly rows: ReportPath[];
  readonly ids: Set<PathId>;
}
