import type { Stage } from '@/api/evaluation'

/** A teacher that was looked up; the name is masked. */
export interface Picked {
  teacher: string
  name: string
  school: string
  school_name: string
  stage: Stage
}
