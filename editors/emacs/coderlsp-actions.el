;;; coderlsp-actions.el --- Explain and change code with CoderLsp  -*- lexical-binding: t; -*-

;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Explanations in a window that fills while the model writes, and changes that are shown as a diff before they are made.

;;; Code:

(require 'coderlsp)
(require 'diff-mode)

(declare-function flycheck-error-message "ext:flycheck" (error))
(declare-function flymake-diagnostic-beg "flymake" (diagnostic))
(declare-function flymake-diagnostic-end "flymake" (diagnostic))
(declare-function flymake-diagnostic-text "flymake" (diagnostic &optional parts))
(declare-function flymake-diagnostics "flymake" (&optional begin end))

;;;; Windows for answers

(defvar-local coderlsp--cancel nil
  "Ends the work that this buffer waits for.")

(defvar-local coderlsp--accept nil
  "Makes the change that this buffer shows.")

(defvar-keymap coderlsp-view-mode-map
  :doc "Keys of an explanation."
  "q" #'coderlsp-view-quit)

(define-derived-mode coderlsp-view-mode special-mode "CoderLsp"
  "An explanation, which is written while one reads."
  (visual-line-mode)
  (setq-local font-lock-defaults
              '((("^#+ .*" . 'bold) ("\\*\\*[^*\n]+\\*\\*" . 'bold) ("`[^`\n]+`" . 'font-lock-constant-face)) t))
  (add-hook 'kill-buffer-hook #'coderlsp--end-work nil t))

(defvar-keymap coderlsp-preview-mode-map
  :doc "Keys of a proposed change."
  "RET" #'coderlsp-preview-accept
  "a" #'coderlsp-preview-accept
  "q" #'coderlsp-view-quit)

(define-derived-mode coderlsp-preview-mode diff-mode "CoderLsp change"
  "A change that the model proposes."
  (setq buffer-read-only t
        header-line-format "RET or a accepts, q discards")
  ;; Diff mode's own keys for a buffer that cannot be edited take RET and q.
  (setq-local minor-mode-overriding-map-alist (list (cons 'buffer-read-only coderlsp-preview-mode-map))))

(defun coderlsp--end-work ()
  "End the work that this buffer waits for."
  (when coderlsp--cancel (funcall coderlsp--cancel))
  (setq coderlsp--cancel nil))

(defun coderlsp-view-quit ()
  "Close the window, and end the work for it."
  (interactive nil coderlsp-view-mode coderlsp-preview-mode)
  (coderlsp--end-work)
  (quit-window t))

(defun coderlsp--view (name)
  "Select a window with an empty buffer NAME for an answer; return the buffer."
  (when-let* ((old (get-buffer name))) (kill-buffer old))
  (with-current-buffer (get-buffer-create name)
    (coderlsp-view-mode)
    (setq header-line-format "q ends it")
    (pop-to-buffer (current-buffer))
    (current-buffer)))

(defun coderlsp--close (view)
  "Close the buffer VIEW and its window."
  (when (buffer-live-p view)
    (with-current-buffer view (setq coderlsp--cancel nil))
    (if-let* ((window (get-buffer-window view))) (quit-window t window) (kill-buffer view))))

(defun coderlsp--write (view text &optional anew)
  "Append TEXT to the buffer VIEW; with ANEW, put it in place of the old."
  (when (buffer-live-p view)
    (with-current-buffer view
      (let ((inhibit-read-only t))
        (save-excursion
          (if anew (erase-buffer) (goto-char (point-max)))
          (insert text))))))

;;;; Explain

(defvar coderlsp--streams (make-hash-table :test #'equal)
  "Functions that take the pieces of an answer, by the server's token.")

(defun coderlsp-take-progress (token value)
  "Take a piece of an answer out of VALUE if TOKEN is one of ours."
  (when-let* ((take (gethash token coderlsp--streams)))
    (when-let* ((text (coderlsp-get value :text))) (funcall take text))
    t))

(defun coderlsp--range ()
  "The LSP range of the region, or an empty one at point."
  (let ((range (coderlsp-client-range (coderlsp-client))))
    (if (use-region-p) (funcall range (region-beginning) (region-end)) (funcall range (point) (point)))))

(defun coderlsp--explain (range)
  "Explain the code in the LSP RANGE of the current buffer."
  (let* ((token (format "coderlsp-el-%s" (random most-positive-fixnum)))
         (params `(:textDocument ,(coderlsp-document) :range ,range :partialResultToken ,token))
         (source (current-buffer))
         (view (coderlsp--view "*CoderLsp explanation*"))
         (end (lambda (text)
                (remhash token coderlsp--streams)
                (when (buffer-live-p view)
                  (coderlsp--write view text t)
                  (with-current-buffer view (setq coderlsp--cancel nil header-line-format "q closes"))))))
    (puthash token (lambda (text) (coderlsp--write view text)) coderlsp--streams)
    (let ((cancel (with-current-buffer source
                    (coderlsp-request "coderlsp/explain" params (lambda (result) (funcall end (coderlsp-get result :markdown))) end))))
      (with-current-buffer view
        (setq coderlsp--cancel (lambda () (remhash token coderlsp--streams) (funcall cancel)))))))

;;;###autoload
(defun coderlsp-explain ()
  "Explain the region, or the block around point, in a window.
It fills while the model writes."
  (interactive)
  (coderlsp--explain (coderlsp--range)))

;;;; Change code

(defun coderlsp--edits (edit)
  "The (BEGIN END TEXT) of the workspace EDIT in this buffer, last first."
  (let* ((uri (coderlsp-get (coderlsp-document) :uri))
         (region (coderlsp-client-region (coderlsp-client)))
         (change (seq-find (lambda (one) (equal (coderlsp-get one :textDocument :uri) uri)) (coderlsp-get edit :documentChanges)))
         (edits (mapcar (lambda (one)
                          (let ((place (funcall region (coderlsp-get one :range))))
                            (list (car place) (cdr place) (coderlsp-get one :newText))))
                        (coderlsp-get change :edits))))
    (sort edits (lambda (a b) (> (car a) (car b))))))

(defun coderlsp--apply (edits)
  "Make the EDITS, last first, in the current buffer."
  (save-excursion
    (save-restriction
      (widen)
      (undo-boundary)
      (pcase-dolist (`(,begin ,end ,text) edits)
        (goto-char begin)
        (delete-region begin end)
        (insert text))
      (undo-boundary))))

(defun coderlsp--diff (source edits)
  "A unified diff of what EDITS make of the buffer SOURCE."
  (let ((text (with-current-buffer source (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max)))))
        (before (make-temp-file "coderlsp")) (after (make-temp-file "coderlsp"))
        (coding-system-for-write 'utf-8-unix) (coding-system-for-read 'utf-8-unix))
    (unwind-protect
        (with-temp-buffer
          (insert text)
          (write-region nil nil before nil 'silent)
          (coderlsp--apply edits)
          (write-region nil nil after nil 'silent)
          (erase-buffer)
          (call-process "diff" nil t nil "-u" "--label" (buffer-name source) "--label" "proposed" before after)
          (buffer-string))
      (delete-file before)
      (delete-file after))))

(defconst coderlsp--outdated "The text has changed meanwhile, so that nothing was done; ask again"
  "What a user is told whose text is another one than the model's.")

(defun coderlsp--preview (view source edits)
  "Show in the buffer VIEW what EDITS make of the buffer SOURCE."
  (condition-case problem
      (let ((tick (buffer-chars-modified-tick source))
            (diff (coderlsp--diff source edits)))
        (with-current-buffer view
          (coderlsp-preview-mode)
          (coderlsp--write view diff t)
          (setq coderlsp--accept
                (lambda ()
                  (unless (and (buffer-live-p source) (= tick (buffer-chars-modified-tick source)))
                    (user-error coderlsp--outdated))
                  (with-current-buffer source (coderlsp--apply edits))))))
    ;; For example, there is no program diff.
    (error
     (coderlsp--close view)
     (message "CoderLsp: the change cannot be shown: %s" (error-message-string problem)))))

(defun coderlsp-preview-accept ()
  "Make the change that is shown."
  (interactive nil coderlsp-preview-mode)
  (let ((accept coderlsp--accept))
    (quit-window t)
    (funcall accept)))

(defun coderlsp--change (command argument title)
  "Ask for the change of the server's COMMAND with ARGUMENT; show it under TITLE."
  (let* ((params (list :title title :data (coderlsp-with argument :command command)))
         (source (current-buffer))
         (tick (buffer-chars-modified-tick))
         (view (coderlsp--view "*CoderLsp change*")))
    (coderlsp--write view (format "%s: the model is writing…\n" title))
    (let ((cancel
           (with-current-buffer source
             (coderlsp-request
              "codeAction/resolve" params
              (lambda (action)
                (cond
                 ((not (buffer-live-p view)))
                 ((not (buffer-live-p source)) (coderlsp--close view))
                 ((with-current-buffer source
                    (let ((edits (coderlsp--edits (coderlsp-get action :edit))))
                      (if (and edits (= tick (buffer-chars-modified-tick)))
                          (coderlsp--preview view source edits)
                        (coderlsp--close view)
                        ;; Why there is no change, the server has said by a message.
                        (when edits (message "CoderLsp: %s" coderlsp--outdated))))))))
              (lambda (reason)
                (when (buffer-live-p view)
                  (coderlsp--close view)
                  (message "CoderLsp: %s" reason)))))))
      (with-current-buffer view (setq coderlsp--cancel cancel)))))

;;;; What the server offers

(defconst coderlsp-commands
  '("coderlsp.explain" "coderlsp.edit" "coderlsp.fix" "coderlsp.document" "coderlsp.translateComments" "coderlsp.tests")
  "The server's commands that `coderlsp-run' does.")

(defun coderlsp-run (command argument title)
  "Do the server's COMMAND with ARGUMENT, and show what comes of it under TITLE."
  (pcase command
    ("coderlsp.explain" (coderlsp--explain (coderlsp-get argument :range)))
    ("coderlsp.tests"
     (coderlsp-request "workspace/executeCommand" (list :command command :arguments (vector argument)) #'ignore))
    ((and "coderlsp.edit" (guard (not (coderlsp-get argument :instruction))))
     (let ((instruction (read-string "Change the code so that: ")))
       (when (string-blank-p instruction) (user-error "There is nothing to do"))
       (coderlsp--change command (coderlsp-with argument :instruction instruction) instruction)))
    (_ (coderlsp--change command argument title))))

(defun coderlsp--diagnostics ()
  "The LSP diagnostics in the region or in point's line, by Flymake or Flycheck."
  (let* ((begin (if (use-region-p) (region-beginning) (pos-bol)))
         (end (if (use-region-p) (region-end) (pos-eol)))
         (range (coderlsp-client-range (coderlsp-client)))
         (diagnostic (lambda (from to text) (list :range (funcall range from to) :message text))))
    (vconcat
     (when (bound-and-true-p flymake-mode)
       (mapcar (lambda (one)
                 (funcall diagnostic (flymake-diagnostic-beg one) (flymake-diagnostic-end one) (flymake-diagnostic-text one)))
               (flymake-diagnostics begin end)))
     (when (bound-and-true-p flycheck-mode)
       (mapcar (lambda (overlay)
                 (funcall diagnostic (overlay-start overlay) (overlay-end overlay)
                          (flycheck-error-message (overlay-get overlay 'flycheck-error))))
               (seq-filter (lambda (overlay) (overlay-get overlay 'flycheck-error)) (overlays-in begin end)))))))

(defun coderlsp--with-offers (then)
  "Call THEN with a list of (TITLE COMMAND ARGUMENT), for the region or point."
  (let ((source (current-buffer)))
    (coderlsp-request
     "textDocument/codeAction" `(:textDocument ,(coderlsp-document) :range ,(coderlsp--range) :context (:diagnostics ,(coderlsp--diagnostics)))
     (lambda (actions)
       (let ((offers (mapcar (lambda (action)
                               (let ((command (coderlsp-get action :command)))
                                 (list (coderlsp-get action :title) (coderlsp-get command :command)
                                       (elt (coderlsp-get command :arguments) 0))))
                             actions)))
         ;; Not here: a question to the user would hold up the server's other messages.
         (run-at-time 0 nil (lambda ()
                              (cond ((not offers) (coderlsp--nothing-here))
                                    ((buffer-live-p source) (with-current-buffer source (funcall then offers)))))))))))

(defun coderlsp--nothing-here ()
  "Say that no action is offered at point."
  (message "CoderLsp: there is nothing here: select code, or put point into a function"))

;;;###autoload
(defun coderlsp-edit ()
  "Change the region, or the block around point, as a menu or your words say.
The change is shown as a diff first."
  (interactive)
  (coderlsp--with-offers
   (lambda (offers)
     (let* ((ready (seq-filter (lambda (offer) (member (nth 1 offer) coderlsp-commands)) offers))
            (free (seq-find (lambda (offer) (not (coderlsp-get (nth 2 offer) :instruction)))
                            (seq-filter (lambda (offer) (equal (nth 1 offer) "coderlsp.edit")) ready)))
            (completion-ignore-case t)
            (choice (completing-read "Change the code (choose, or say how): " (remq free ready))))
       (pcase (assoc choice ready)
         (`(,title ,command ,argument) (coderlsp-run command argument title))
         ('nil
          (when (string-blank-p choice) (user-error "There is nothing to do"))
          (if free
              (coderlsp-run "coderlsp.edit" (coderlsp-with (nth 2 free) :instruction choice) choice)
            (coderlsp--nothing-here))))))))

;;;###autoload
(defun coderlsp-tests ()
  "Have the region, or the block around point, tested in a new file."
  (interactive)
  (coderlsp--with-offers
   (lambda (offers)
     (pcase (seq-find (lambda (offer) (equal (nth 1 offer) "coderlsp.tests")) offers)
       (`(,title ,command ,argument) (coderlsp-run command argument title))
       (_ (coderlsp--nothing-here))))))

(provide 'coderlsp-actions)
;;; coderlsp-actions.el ends here
