<?php
// Does what JSON on the standard input says, as the people of the wiki would, and prints what a test has to know.
use MediaWiki\CommentStore\CommentStoreComment;
use MediaWiki\Context\RequestContext;
use MediaWiki\MediaWikiServices;
use MediaWiki\Revision\SlotRecord;
use MediaWiki\Title\Title;
use MediaWiki\User\BotPassword;
use MediaWiki\User\User;
use Wikimedia\Timestamp\ConvertibleTimestamp;

require_once '/usr/share/mediawiki/maintenance/Maintenance.php';

class Play extends Maintenance {
	private array $facts = [ 'passwords' => [], 'revisions' => [] ];

	public function execute() {
		$play = json_decode( stream_get_contents( STDIN ), true, 64, JSON_THROW_ON_ERROR );
		foreach ( $play['accounts'] ?? [] as $name => $account ) {
			$this->enroll( $name, $account );
		}
		foreach ( $play['steps'] ?? [] as $number => $step ) {
			if ( isset( $step['at'] ) ) {
				ConvertibleTimestamp::setFakeTime( $step['at'] );
			}
			for ( $time = 0; $time < ( $step['times'] ?? 1 ); $time++ ) {
				$this->facts['revisions'][$step['name'] ?? "step $number"] = $this->do( $step, $time );
			}
			DeferredUpdates::doUpdates();
		}
		echo json_encode( $this->facts );
	}

	private function enroll( string $name, array $account ): void {
		$user = $this->person( $name );
		if ( !$user->isRegistered() ) {
			$user->addToDatabase();
		}
		foreach ( $account['groups'] ?? [] as $group ) {
			MediaWikiServices::getInstance()->getUserGroupManager()->addUserToGroup( $user, $group );
		}
		foreach ( $account['apps'] ?? [] as $app => $grants ) {
			$password = BotPassword::generatePassword( $this->getConfig() );
			$hash = MediaWikiServices::getInstance()->getPasswordFactory()->newFromPlaintext( $password );
			$bot = BotPassword::newUnsaved( [ 'user' => $user, 'appId' => $app, 'grants' => $grants ] );
			$this->must( $bot->save( 'insert', $hash ) );
			$this->facts['passwords']["$name@$app"] = $password;
		}
	}

	private function do( array $step, int $time ): int {
		$services = MediaWikiServices::getInstance();
		$title = Title::newFromText( $step['page'] );
		$page = $services->getWikiPageFactory()->newFromTitle( $title );
		$user = $this->person( $step['user'] );
		$why = $step['summary'] ?? '';
		$old = $page->exists() && $page->getContent() ? $page->getContent()->getText() : '';
		match ( $step['do'] ) {
			'write' => $this->save( $page, $user, $step['text'], $why ),
			'add' => $this->save( $page, $user, ltrim( "$old\n" . str_replace( "%n%", (string)$time, $step["text"] ), "\n" ), $why ),
			'change' => $this->save( $page, $user, str_replace( $step['from'], $step['to'], $old ), $why ),
			'delete' => $this->must( $services->getDeletePageFactory()->newDeletePage( $page, $user )->deleteUnsafe( $why ) ),
			'undelete' => $this->must( $services->getUndeletePageFactory()->newUndeletePage( $page, $user )
				->setUndeleteOnlyTimestamps( $step['only'] ?? [] )->undeleteUnsafe( $why ) ),
			'move' => $this->must( $services->getMovePageFactory()->newMovePage( $title, Title::newFromText( $step['to'] ) )
				->move( $user, $why, $step['redirect'] ?? true ) ),
			'protect' => $this->protect( $page, $user, $step['level'] ),
			'hide' => $this->hide( $title, $user, $step ),
		};
		return $page->getTitle()->getLatestRevID( IDBAccessObject::READ_LATEST );
	}

	private function save( WikiPage $page, User $user, string $text, string $summary ): void {
		$services = MediaWikiServices::getInstance();
		$title = $page->getTitle();
		$content = $services->getContentTransformer()->preSaveTransform(
			ContentHandler::makeContent( $text, $title ), $title, $user, ParserOptions::newFromUser( $user ) );
		$updater = $page->newPageUpdater( $user )->setContent( SlotRecord::MAIN, $content );
		$updater->saveRevision( CommentStoreComment::newUnsavedComment( $summary ), EDIT_INTERNAL );
		$this->must( $updater->getStatus() );
	}

	private function protect( WikiPage $page, User $user, string $level ): void {
		$cascade = false;
		$this->must( $page->doUpdateRestrictions( [ 'edit' => $level ], [], $cascade, '', $user ) );
	}

	private function hide( Title $title, User $user, array $step ): void {
		$context = new RequestContext();
		$context->setAuthority( new MediaWiki\Permissions\UltimateAuthority( $user ) );
		$list = RevisionDeleter::createList( 'revision', $context, $title, $step['revisions'] );
		$this->must( $list->setVisibility( [ 'value' => $step['bits'], 'comment' => '' ] ) );
	}

	private function person( string $name ): User {
		$users = MediaWikiServices::getInstance()->getUserFactory();
		return $users->newFromName( $name ) ?: $users->newAnonymous( $name );
	}

	private function must( StatusValue $status ): void {
		if ( !$status->isGood() ) {
			$this->fatalError( (string)$status );
		}
	}
}

$maintClass = Play::class;
require_once RUN_MAINTENANCE_IF_MAIN;
