/** Months as numbers, such as 202210: as `monthly_item_sales` holds them. */

/** @param day `2022-10-05`, which is in 202210. */
export const monthOf = (day: string): number => Number(day.slice(0, 4)) * 100 + Number(day.slice(5, 7));
