// A list that the server gives a page at a time, read as a whole.

/** Asks for page after page; at most so many that a county can have. */
export async function every<T>(
  ask: (after: string | undefined) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[]> {
  const all: T[] = []
  let after: string | undefined
  for (let page = 0; page < 50; page += 1) {
    const { items, next } = await ask(after)
    all.push(...items)
    if (next === null) break
    after = next
  }
  return all
}
