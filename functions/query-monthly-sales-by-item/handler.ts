import { answering } from '../shared/query';
import { queryHandler } from '../shared/query-handler';
import { monthlySalesByItem } from './query';

export const handler = queryHandler([answering(monthlySalesByItem)]);
