// Everybody's pages, by the person whom they belong to; and what a typed address does not open.
export async function others(story) {
  void story
}
