/** What a LabelSelector selects; apimachinery/pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector). */
import type { Labels, LabelSelector } from '../../../src/model/cluster.ts';

/** An empty selector selects everything. */
export function isEmptySelector({ matchLabels, matchExpressions }: LabelSelector): boolean {
  return matchLabels.size === 0 && matchExpressions.length === 0;
}

/** Whether labels are selected. An operator that the API does not know selects nothing: it takes no such object. */
export function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of matchLabels) if (labels.get(key) !== value) return false;
  return matchExpressions.every(({ key, operator, values }) => {
    const value = labels.get(key);
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
      default:
        return false;
    }
  });
}

/** Labels by which Cilium's selectors name what Kubernetes has elsewhere: prefixes of the source are taken away. */
export function withoutSource(selector: LabelSelector): LabelSelector {
  const plain = (key: string): string => key.replace(/^(?:k8s|any)[:.]/, '');
  return {
    matchLabels: new Map([...selector.matchLabels].map(([key, value]) => [plain(key), value])),
    matchExpressions: selector.matchExpressions.map((one) => ({ ...one, key: plain(one.key) })),
  };
}
