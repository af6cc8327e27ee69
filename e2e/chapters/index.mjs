// The chapters of the story, in the order in which they are lived.
import { administrators } from './administrators.mjs'
import { collecting } from './collecting.mjs'
import { county } from './county.mjs'
import { documents } from './documents.mjs'
import { evaluating } from './evaluating.mjs'
import { people } from './people.mjs'
import { planning } from './planning.mjs'
import { staffing } from './staffing.mjs'
import { others } from './others.mjs'

export const chapters = {
  administrators,
  county,
  people,
  collecting,
  evaluating,
  planning,
  documents,
  staffing,
  others,
}
