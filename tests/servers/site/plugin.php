<?php
// Must-use plugin of the test site: sends no mail, and answers with the fault that the file `fault` names,
// e.g. "429 30" (status, Retry-After), the way a host's rate limiter would.
add_filter('pre_wp_mail', '__return_true');
add_filter('comment_flood_filter', '__return_false', PHP_INT_MAX);
add_filter('rest_pre_dispatch', function ($answer, $server) {
    $fault = @file_get_contents(getenv('SITE_FOLDER') . '/fault');
    if (!$fault) {
        return $answer;
    }
    $words = explode(' ', trim($fault));
    if (isset($words[1])) {
        $server->send_header('Retry-After', $words[1]);
    }
    return new WP_Error('fault', 'A test wants this.', ['status' => (int) $words[0]]);
}, 10, 2);
