/** Every guide, by check id. Only `explain` and the documentation read them. */
import type { CheckGuide, CheckGuides } from '../../src/model/guide.ts';
import { KUBELET_GUIDES } from './kubelet.ts';

export const GUIDES: CheckGuides = {
  ...KUBELET_GUIDES,
};

/**
 * The guide to a check.
 * @throws RangeError for a check without one: a fault of the catalogue
 */
export function guideOf(id: string): CheckGuide {
  const guide = GUIDES[id];
  if (guide === undefined) throw new RangeError(`${id} has no guide: write it in checks/guides/`);
  return guide;
}
