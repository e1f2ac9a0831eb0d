/** Cells in aligned columns, without lines around them. */

/**
 * Aligns rows in columns, two spaces apart.
 * @param rows as many cells in each; sanitised, since `table` refuses controls and lets escape sequences through;
 * colour is allowed
 * @returns a line per row; none for no rows, which `table` refuses
 */
export async function grid(rows: readonly (readonly string[])[]): Promise<string[]> {
  if (rows.length === 0) return [];
  const { getBorderCharacters, table } = await import('table');
  const text = table(
    rows.map((row) => [...row]),
    {
      border: getBorderCharacters('void'),
      columnDefault: { paddingLeft: 0, paddingRight: 2 },
      drawHorizontalLine: () => false,
    },
  );
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}
