CREATE TABLE `catch` (`id` integer PRIMARY KEY NOT NULL, `fish` text NOT NULL);
