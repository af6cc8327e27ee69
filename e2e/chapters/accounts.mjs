/** The one-time link that a dialog shows. */
export async function linkIn(place) {
  const text = await place.locator('code').first().innerText()
  const link = /https?:\S+\/link#token=\S+/.exec(text)?.[0]
  if (!link) throw new Error(`no link in “${text}”`)
  return link
}
