/** The rows of the report by node. Two nodes may have one name, as two backups of one machine do. */
import type { PathId } from '../../model/path.ts';
import type { Report, ReportNode, ReportPath } from '../../model/report.ts';

export interface Section {
  readonly name: string;
  /** Undefined where the report has rows of it alone. */
  readonly node: ReportNode | undefined;
  readonly rows: readonly ReportPath[];
}

/** A section for each node, in the report's order. The second row of a path on a name is that of its second node. */
export function sectionsOf({ nodes, paths }: Pick<Report, 'nodes' | 'paths'>): readonly Section[] {
  const sections: Filling[] = nodes.map((node) => ({ name: node.name, node, rows: [], ids: new Set() }));
  for (const path of paths) {
    let section = sections.find(({ name, ids }) => name === path.node && !ids.has(path.id));
    if (section === undefined) {
      section = { name: path.node, node: undefined, rows: [], ids: new Set() };
      sections.push(section);
    }
    section.rows.push(path);
    section.ids.add(path.id);
  }
  return sections;
}

interface Filling extends Section {
  readonly rows: ReportPath[];
  readonly ids: Set<PathId>;
}
