/** What people type into one field, and the API takes as a list or as names with values. */

/** Words between white space, commas or semicolons. */
export function wordsIn(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter((word) => word !== '')
}

/** `site=Oslo, floor=2` or one on each line; undefined when a part is not of that form. */
export function labelsIn(text: string): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {}
  for (const part of text.split(/[,\n]/)) {
    if (part.trim() === '') continue
    const [, name, value] = /^\s*([^=:\s]+)\s*[=:]\s*(.*?)\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined) return undefined
    labels[name] = value
  }
  return labels
}

/** The other way round, for a field that shows what is set. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')
}
