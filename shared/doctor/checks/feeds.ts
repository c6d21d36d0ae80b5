import { settingsCheck } from '../settings.ts';

export const feeds = settingsCheck({
  id: 'feeds',
  title: 'Asset feeds',
  reads: 'Each feed: asset types, content, topic, condition; whatever it has beyond what was deployed.',
  kinds: ['feed'],
});
