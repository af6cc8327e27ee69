// What is wrong, with the place; all of it is told at the end.
export class Faults {
  list = []

  add(place, text) {
    const line = `${place}: ${text}`
    if (!this.list.includes(line)) this.list.push(line)
  }
}
